package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.RequestTime;
import io.ordersaga.transcoder.transcoding.FieldPath;
import io.ordersaga.transcoder.transcoding.PathTemplate.Literal;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every route of the real contracts against everything that is no request: each is refused with the typed error, over
/// real HTTP, and nothing of it reaches a service. A new rpc is tested here without another line.
class RefusalTest {
    private static final int MEBIBYTE = 1 << 20;
    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @TestFactory
    Stream<DynamicTest> everyRouteRefusesWhatIsNoRequest() {
        return gateway.bean(RouteTable.class).routes().stream().flatMap(route -> {
            List<DynamicTest> tests = new ArrayList<>();
            addForAll(tests, route);
            switch (route.body()) {
                case Route.NoBody() -> addWithoutBody(tests, route);
                case Route.WholeBody() ->
                    addWithBody(tests, route, "", route.rpc().getInputType());
                case Route.FieldBody(var field) ->
                    addWithBody(tests, route, field.getJsonName(), field.getMessageType());
                // Takes anything; what it is is the service's business.
                case Route.RawBody(var _) -> {}
            }
            return tests.stream();
        });
    }

    private static void addForAll(List<DynamicTest> tests, Route route) {
        String path = path(route);
        add(tests, route, "unknown query parameter", 400, "INVALID_REQUEST", () -> send(route, path + "?nope=1"));
        add(tests, route, "path below", 404, "ROUTE_NOT_FOUND", () -> send(route, path + "/nope/nope"));
        add(tests, route, "path with a slash at the end", 404, "ROUTE_NOT_FOUND", () -> send(route, path + "/"));
        add(tests, route, "body of 1 MiB", 413, "BODY_TOO_LARGE", () -> large(route, false));
        add(tests, route, "body of 1 MiB in chunks", 413, "BODY_TOO_LARGE", () -> large(route, true));
        add(
                tests,
                route,
                "time that is no time",
                400,
                "INVALID_REQUEST",
                () -> gateway.send(
                        route.httpMethod(),
                        path,
                        validBody(route),
                        "Content-Type",
                        Answer.JSON,
                        RequestTime.HEADER,
                        "soon"));
        for (String method : wrongMethods(route)) {
            add(tests, route, "as " + method, 405, "METHOD_NOT_ALLOWED", () -> {
                RunningGateway.Reply reply = gateway.send(method, path, BodyPublishers.noBody());
                assertThat(reply.header("Allow")).contains(route.httpMethod()).doesNotContain(method);
                return reply;
            });
        }
    }

    private static void addWithoutBody(List<DynamicTest> tests, Route route) {
        add(
                tests,
                route,
                "with a body",
                400,
                "MALFORMED_REQUEST",
                () -> gateway.sendJson(route.httpMethod(), path(route), "{}"));
        for (FieldDescriptor field : route.rpc().getInputType().getFields()) {
            boolean inPath = RequestReader.boundFields(route).contains(new FieldPath(List.of(field)));
            if (!inPath && isNumber(field)) {
                add(tests, route, field.getJsonName() + " is a word", 400, "INVALID_REQUEST", () -> {
                    RunningGateway.Reply reply = send(route, path(route) + "?" + field.getJsonName() + "=x");
                    assertThat(reply.violations()).singleElement().asString().startsWith(field.getJsonName() + ": ");
                    return reply;
                });
            }
        }
    }

    /// @param place the field that the body is; empty when it is the whole request
    private static void addWithBody(List<DynamicTest> tests, Route route, String place, Descriptor message) {
        String inside = place.isEmpty() ? "" : place + ".";
        addBody(tests, route, "no body", "", "MALFORMED_REQUEST", ": the body is empty; expected JSON");
        addBody(tests, route, "broken JSON", "{\"", "MALFORMED_REQUEST", ": not valid JSON at line 1, column 3");
        addBody(
                tests,
                route,
                "JSON with more after it",
                "{}{}",
                "MALFORMED_REQUEST",
                ": more follows after the JSON value, at line 1, column 3");
        addBody(tests, route, "a list", "[]", "INVALID_REQUEST", place + ": expected an object");
        addBody(tests, route, "a number", "1", "INVALID_REQUEST", place + ": expected an object");
        addBody(tests, route, "unknown field", "{\"nope\":1}", "INVALID_REQUEST", inside + "nope: unknown field");
        addBody(tests, route, "deep JSON", "[".repeat(40), "MALFORMED_REQUEST", null);
        add(
                tests,
                route,
                "no content type",
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                () -> gateway.send(route.httpMethod(), path(route), BodyPublishers.ofString("{}")));
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "application/json;charset=utf-16", "json")) {
            add(
                    tests,
                    route,
                    type,
                    415,
                    "UNSUPPORTED_MEDIA_TYPE",
                    () -> gateway.send(
                            route.httpMethod(), path(route), BodyPublishers.ofString("{}"), "Content-Type", type));
        }
        for (FieldDescriptor field : message.getFields()) {
            String name = field.getJsonName();
            for (String value : wrongValues(field)) {
                addBody(
                        tests,
                        route,
                        name + " is " + value,
                        "{\"" + name + "\":" + value + "}",
                        "INVALID_REQUEST",
                        inside + name + ": ");
            }
            addBody(
                    tests,
                    route,
                    name + " twice",
                    "{\"%s\":null,\"%s\":null}".formatted(name, field.getName()),
                    "INVALID_REQUEST",
                    inside + name + ": given twice");
        }
    }

    private static List<String> wrongValues(FieldDescriptor field) {
        if (field.isMapField()) {
            return List.of("[]", "5", "\"x\"");
        }
        if (field.isRepeated()) {
            return List.of("{}", "5", "\"x\"");
        }
        return switch (field.getJavaType()) {
            case INT, LONG ->
                field.getType().name().startsWith("U")
                        ? List.of("-1", "\"-1\"", "1.5", "1e99", "\"x\"", "true", "[1]", "{}", "99999999999999999999")
                        : List.of("1.5", "1e99", "\"x\"", "true", "[1]", "{}", "99999999999999999999");
            case FLOAT, DOUBLE -> List.of("\"x\"", "true", "[]", "{}");
            case BOOLEAN -> List.of("1", "\"true\"", "[]", "{}");
            case STRING, BYTE_STRING, ENUM -> List.of("true", "[]", "{}", "1.5");
            case MESSAGE -> List.of("true", "[]", "1");
        };
    }

    private static void addBody(
            List<DynamicTest> tests, Route route, String name, String body, String reason, @Nullable String violation) {
        add(tests, route, name, 400, reason, () -> {
            RunningGateway.Reply reply = gateway.sendJson(route.httpMethod(), path(route), body);
            if (violation != null) {
                assertThat(reply.violations()).first().asString().startsWith(violation);
            }
            return reply;
        });
    }

    private interface Request {
        RunningGateway.Reply send();
    }

    private static void add(
            List<DynamicTest> tests, Route route, String name, int code, String reason, Request request) {
        tests.add(dynamicTest(route.httpMethod() + " " + route.template().text() + ": " + name, () -> {
            upstream.reset();
            RunningGateway.Reply reply = request.send();
            assertThat(upstream.calls()).isEmpty();
            ErrorAnswers.assertError(reply, code, reason);
        }));
    }

    private static RunningGateway.Reply send(Route route, String path) {
        return gateway.send(route.httpMethod(), path, validBody(route), "Content-Type", Answer.JSON);
    }

    private static RunningGateway.Reply large(Route route, boolean chunked) {
        byte[] body = ("{\"x\":\"" + "x".repeat(MEBIBYTE) + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        BodyPublisher publisher = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
        return gateway.send(route.httpMethod(), path(route), publisher, "Content-Type", Answer.JSON);
    }

    private static BodyPublisher validBody(Route route) {
        return route.body() instanceof Route.NoBody() ? BodyPublishers.noBody() : BodyPublishers.ofString("{}");
    }

    private static Set<String> wrongMethods(Route route) {
        Set<String> wrong = new TreeSet<>(Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "LINK"));
        for (Route other : gateway.bean(RouteTable.class).routes()) {
            if (path(other).equals(path(route))) {
                wrong.remove(other.httpMethod());
                if (other.httpMethod().equals("PATCH")) {
                    wrong.remove("PUT");
                }
            }
        }
        // Without a body there is nothing to look at in the answer.
        wrong.remove("HEAD");
        return wrong;
    }

    private static boolean isNumber(FieldDescriptor field) {
        return field.getJavaType() == JavaType.INT || field.getJavaType() == JavaType.LONG;
    }

    private static String path(Route route) {
        String path = route.template().segments().stream()
                .map(segment -> segment instanceof Literal(String text) ? text : "1")
                .collect(Collectors.joining("/", "/", ""));
        return route.template().verb().isEmpty()
                ? path
                : path + ":" + route.template().verb();
    }
}
