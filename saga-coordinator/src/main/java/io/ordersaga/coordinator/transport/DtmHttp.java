package io.ordersaga.coordinator.transport;

import com.google.rpc.Status;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/api/dtmsvr` in DTM's shapes and statuses: 200, 409 for a failure, 500 without a result word. Beyond DTM:
/// 400 and 413 for what can never run, 429 and 503 for "come again".
public final class DtmHttp {

    private static final Logger log = LoggerFactory.getLogger(DtmHttp.class);
    static final String BASE = "/api/dtmsvr";
    private static final int PAGE_DEFAULT = 100;
    private static final int PAGE_MAX = 1000;
    /// A payload may need more characters in JSON than it has bytes; a body larger than this is not even read.
    private static final int JSON_GROWTH = 2;

    private final Submissions submissions;
    private final SagaArchive archive;
    private final SagaReader reader;
    private final SubmitLimits limits;

    public DtmHttp(Submissions submissions, SagaArchive archive, SubmitLimits limits) {
        this.submissions = submissions;
        this.archive = archive;
        this.reader = new SagaReader(limits);
        this.limits = limits;
    }

    public RouterFunction<ServerResponse> routes() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        route(routes, HttpMethod.GET, BASE + "/newGid", this::newGid);
        route(routes, HttpMethod.POST, BASE + "/submit", this::submit);
        route(routes, HttpMethod.GET, BASE + "/query", this::query);
        route(routes, HttpMethod.GET, BASE + "/all", this::all);
        return routes.route(RequestPredicates.all(), request -> message(HttpStatus.NOT_FOUND, "no such path"))
                .onError(InvalidSagaException.class, (failure, request) -> invalid((InvalidSagaException) failure))
                .onError(
                        StoreOverloadedException.class,
                        (failure, request) -> overloaded(((StoreOverloadedException) failure).retryAfter()))
                .onError(StoreUnavailableException.class, (failure, request) -> unavailable())
                .onError(Throwable.class, DtmHttp::unexpected)
                .build();
    }

    private static void route(
            RouterFunctions.Builder routes, HttpMethod method, String path, HandlerFunction<ServerResponse> handler) {
        routes.route(RequestPredicates.method(method).and(RequestPredicates.path(path)), handler);
        routes.route(
                RequestPredicates.path(path),
                request -> ServerResponse.status(HttpStatus.METHOD_NOT_ALLOWED)
                        .allow(method)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(Json.text(Json.object().put("message", "only " + method + " is allowed here"))));
    }

    private ServerResponse newGid(ServerRequest request) {
        return answer(
                HttpStatus.OK, Json.object().put("gid", ShortUuid.random()).put("dtm_result", "SUCCESS"));
    }

    private ServerResponse submit(ServerRequest request) throws IOException, ServletException {
        Optional<SubmitAnswer.Overloaded> overload = submissions.overload();
        if (overload.isPresent()) {
            return overloaded(overload.get().retryAfter());
        }
        int bytesMax = limits.sagaBytesMax() * JSON_GROWTH;
        byte[] bytes = request.servletRequest().getInputStream().readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            return message(HttpStatus.CONTENT_TOO_LARGE, "the body has more than " + bytesMax + " bytes");
        }
        JsonNode body =
                Json.parse(bytes).orElseThrow(() -> new InvalidSagaException("", "the body must be a JSON object"));
        Optional<String> traceparent = Optional.ofNullable(request.headers().firstHeader(Traceparent.NAME));
        SubmitForm form = JsonForms.form(body, traceparent);
        boolean wait = JsonForms.waitsForEnd(body);
        Duration patience = wait ? limits.waitMax() : limits.acceptMax();
        SubmitAnswer answer = submissions.submit(reader.read(form), wait, patience);
        if (answer instanceof SubmitAnswer.Overloaded(Duration retryAfter)) {
            return overloaded(retryAfter);
        }
        return SagaErrors.statusOf(answer)
                .map(DtmHttp::refusal)
                .orElseGet(() -> answer(HttpStatus.OK, Json.object().put("dtm_result", "SUCCESS")));
    }

    private static ServerResponse refusal(Status status) {
        return answer(
                HttpStatus.CONFLICT, Json.object().put("dtm_result", "FAILURE").put("message", status.getMessage()));
    }

    private ServerResponse query(ServerRequest request) {
        String gid = request.param("gid").orElse("");
        if (gid.isEmpty()) {
            return message(HttpStatus.INTERNAL_SERVER_ERROR, "no gid specified");
        }
        ObjectNode body = Json.object();
        Optional<StoredSaga> found = archive.find(new Gid(gid));
        found.ifPresentOrElse(
                stored -> body.set("transaction", DtmViews.transaction(stored)), () -> body.putNull("transaction"));
        body.set("branches", found.map(DtmViews::branches).orElseGet(Json::array));
        return answer(HttpStatus.OK, body);
    }

    private ServerResponse all(ServerRequest request) {
        long limit = number(request, "limit").orElse((long) PAGE_DEFAULT);
        if (limit < 1 || limit > PAGE_MAX) {
            throw new InvalidSagaException("limit", "must be between 1 and " + PAGE_MAX);
        }
        Filter filter = new Filter(
                text(request, "status").map(DtmHttp::status),
                text(request, "transType")
                        .map(name -> Mode.named(name)
                                .orElseThrow(() -> new InvalidSagaException("transType", "is not known here"))),
                number(request, "createTimeStart").map(Instant::ofEpochMilli),
                number(request, "createTimeEnd").map(Instant::ofEpochMilli),
                number(request, "position"),
                (int) limit);
        List<StoredSaga> page = text(request, "gid")
                .map(gid -> archive.find(new Gid(gid)).stream().toList())
                .orElseGet(() -> archive.list(filter));
        return answer(HttpStatus.OK, page(page, limit));
    }

    private static ObjectNode page(List<StoredSaga> page, long limit) {
        ObjectNode body = Json.object();
        if (page.isEmpty()) {
            body.putNull("transactions");
        } else {
            ArrayNode transactions = body.putArray("transactions");
            page.forEach(stored -> transactions.add(DtmViews.transaction(stored)));
        }
        boolean full = page.size() == limit;
        return body.put("next_position", full ? String.valueOf(page.getLast().id()) : "");
    }

    private static SagaStatus status(String wireName) {
        return Arrays.stream(SagaStatus.values())
                .filter(status -> status.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidSagaException("status", "is not known here"));
    }

    private static Optional<String> text(ServerRequest request, String name) {
        return request.param(name).filter(text -> !text.isEmpty());
    }

    private static Optional<Long> number(ServerRequest request, String name) {
        return text(request, name).map(text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException malformed) {
                throw new InvalidSagaException(name, "must be a whole number");
            }
        });
    }

    private static ServerResponse invalid(InvalidSagaException invalid) {
        String subject = invalid.field().isEmpty() ? "" : invalid.field() + ": ";
        return message(HttpStatus.BAD_REQUEST, subject + invalid.description());
    }

    private static ServerResponse overloaded(Duration retryAfter) {
        return comeAgain(
                HttpStatus.TOO_MANY_REQUESTS, SagaErrors.overloaded(retryAfter).getMessage(), retryAfter);
    }

    private static ServerResponse unavailable() {
        Duration retryAfter = Duration.ofSeconds(1);
        return comeAgain(
                HttpStatus.SERVICE_UNAVAILABLE,
                SagaErrors.unavailable(retryAfter).getMessage(),
                retryAfter);
    }

    /// The header `Retry-After` knows whole seconds only; a part of one counts as one.
    static long wholeSeconds(Duration retryAfter) {
        return Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static ServerResponse comeAgain(HttpStatus status, String message, Duration retryAfter) {
        return ServerResponse.status(status)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(wholeSeconds(retryAfter)))
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.text(Json.object().put("message", message)));
    }

    private static ServerResponse unexpected(Throwable failure, ServerRequest request) {
        log.error("Answered 500 because of an unexpected exception", failure);
        return message(HttpStatus.INTERNAL_SERVER_ERROR, "internal error");
    }

    private static ServerResponse message(HttpStatus status, String message) {
        return answer(status, Json.object().put("message", message));
    }

    private static ServerResponse answer(HttpStatus status, ObjectNode body) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.text(body));
    }
}
