package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What passes from HTTP headers to gRPC metadata and back, and what does not.
class HeadersTest {
    private static final String GET_ORDER = "ordersaga.order.v1.OrderService/GetOrder";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of("ordersaga.gateway.forwarded-headers", "Accept-Language"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.reset();
    }

    @Test
    void traceparentReachesTheUpstream() {
        gateway.get("/api/v1/orders/1", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");

        assertThat(call().header("traceparent"))
                .startsWith("00-" + TRACE + "-")
                .doesNotContain("00f067aa0ba902b7")
                .endsWith("-01");
    }

    @Test
    void aTraceBeginsHereWhenTheClientHasNone() {
        gateway.get("/api/v1/orders/1");

        assertThat(call().header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    }

    @Test
    void theClientsRequestIdIsTakenOver() {
        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1", "X-Request-Id", "my.request_1-A");

        assertThat(reply.header("X-Request-Id")).isEqualTo("my.request_1-A");
        assertThat(call().header("x-request-id")).isEqualTo("my.request_1-A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "<script>", "äö", "\"", "{}", "../..", "a,b"})
    void aRequestIdThatIsNotHarmlessIsReplaced(String id) {
        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1", "X-Request-Id", id + "/");

        assertThat(reply.header("X-Request-Id")).matches("[0-9a-f-]{36}");
        assertThat(call().header("x-request-id")).isEqualTo(reply.header("X-Request-Id"));
    }

    @Test
    void aRequestIdThatIsTooLongIsReplaced() {
        assertThat(gateway.get("/", "X-Request-Id", "a".repeat(64)).header("X-Request-Id"))
                .hasSize(64);
        assertThat(gateway.get("/", "X-Request-Id", "a".repeat(65)).header("X-Request-Id"))
                .hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dtm-gid",
                "dtm-op",
                "dtm-branch_id",
                "dtm-trans_type",
                "saga-rejection-bin",
                "x-http-code",
                "location",
                "ordersaga-user-id",
                "ordersaga-user-roles",
                "authorization",
                "cookie",
                "baggage",
                "grpc-status",
                "grpc-timeout",
                "x-forwarded-for",
                "x-anything",
            })
    void noOtherHeaderGoesInside(String name) {
        gateway.get("/api/v1/orders/1", name, "c2VjcmV0");

        Metadata.Key<String> key =
                name.endsWith("-bin") ? null : Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
        String received = key == null ? null : call().metadata().get(key);
        assertThat(String.valueOf(received)).doesNotContain("c2VjcmV0");
        assertThat(call().metadata().keys())
                .containsOnly(
                        "x-request-id",
                        "traceparent",
                        "user-agent",
                        "content-type",
                        "grpc-accept-encoding",
                        "grpc-timeout");
    }

    @Test
    void whoIsAskingGoesInsideByItsOwnNames() {
        gateway.get("/api/v1/orders/1", "X-User-Id", "7", "X-User-Roles", "customer,staff", "Ordersaga-User-Id", "8");

        assertThat(call().header("ordersaga-user-id")).isEqualTo("7");
        assertThat(call().header("ordersaga-user-roles")).isEqualTo("customer,staff");
        assertThat(call().metadata().keys()).doesNotContain("x-user-id", "x-user-roles");
    }

    @ParameterizedTest
    @CsvSource({
        "X-User-Id, service:order",
        "X-User-Id, ''",
        "X-User-Id, a b",
        "X-User-Roles, root",
        "X-User-Roles, ''",
        "X-User-Roles, 'staff,'",
    })
    void whoCannotBeAUserIsRefused(String name, String value) {
        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1", name, value);

        assertThat(reply.code()).isEqualTo(400);
        assertThat(reply.violations()).singleElement().asString().startsWith(name + ": expected");
        assertThat(upstream.calls()).isEmpty();
    }

    @Test
    void aHeaderOfTheAllowListGoesInside() {
        gateway.get("/api/v1/orders/1", "Accept-Language", "de");

        assertThat(call().header("accept-language")).isEqualTo("de");
    }

    @ParameterizedTest
    @CsvSource({
        "201, 201",
        "202, 202",
        "299, 299",
        "200, 200",
        "404, 200",
        "302, 200",
        "500, 200",
        "1, 200",
        "abc, 200",
        "2000, 200",
        "'', 200",
    })
    void aServiceMayChooseAmongTheCodesOfSuccess(String given, int code) {
        upstream.answer(GET_ORDER, call -> new FakeUpstream.Response(call.payload(), Map.of("x-http-code", given)));

        assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(code);
    }

    @Test
    void noContentHasNoBody() {
        upstream.answer(GET_ORDER, call -> new FakeUpstream.Response(call.payload(), Map.of("x-http-code", "204")));

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        assertThat(reply.code()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/orders/1, /api/v1/orders/1",
        "/, /",
        "http://evil.example/, ''",
        "//evil.example/, ''",
        "/a b, ''",
        "orders/1, ''",
    })
    void aServiceMayNameALocationOnThisHost(String given, String location) {
        upstream.answer(
                GET_ORDER,
                call -> new FakeUpstream.Response(call.payload(), Map.of("x-http-code", "202", "location", given)));

        assertThat(gateway.get("/api/v1/orders/1").header("Location")).isEqualTo(location);
    }

    @Test
    void otherResponseMetadataStaysInside() {
        upstream.answer(
                GET_ORDER,
                call -> new FakeUpstream.Response(
                        call.payload(), Map.of("dtm-gid", "x", "x-secret", "x", "set-cookie", "x")));

        assertThat(gateway.get("/api/v1/orders/1").headers())
                .containsOnlyKeys(
                        "cache-control",
                        "content-length",
                        "content-security-policy",
                        "content-type",
                        "date",
                        "referrer-policy",
                        "x-content-type-options",
                        "x-request-id");
    }

    @Test
    void answersAreNeitherKeptNorSniffedNorFramed() {
        Map<String, String> expected = Map.of(
                "Cache-Control", "private, no-cache",
                "X-Content-Type-Options", "nosniff",
                "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
                "Content-Type", "application/json");

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        expected.forEach((name, value) -> assertThat(reply.header(name)).isEqualTo(value));
    }

    private static FakeUpstream.Call call() {
        return upstream.calls().getFirst();
    }
}
