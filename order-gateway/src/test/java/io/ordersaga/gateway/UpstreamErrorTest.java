package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.DebugInfo;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.transcoder.http.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the services say no with, and what a client sees of it.
class UpstreamErrorTest {
    private static final String GET_ORDER = "ordersaga.order.v1.OrderService/GetOrder";
    private static final String SUBMIT = "ordersaga.order.v1.OrderService/SubmitOrder";
    private static final String SECRET = "java.lang.IllegalStateException: SELECT secret\n\tat io.ordersaga.Foo.bar";
    private static final ErrorInfo OUT_OF_STOCK = ErrorInfo.newBuilder()
            .setReason("OUT_OF_STOCK")
            .setDomain("stock.ordersaga")
            .putMetadata("product_id", "1")
            .putMetadata("available", "3")
            .build();

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of("ordersaga.gateway.limits.response", "64KB"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT, 400",
        "FAILED_PRECONDITION, 400",
        "OUT_OF_RANGE, 400",
        "UNAUTHENTICATED, 401",
        "PERMISSION_DENIED, 403",
        "NOT_FOUND, 404",
        "ALREADY_EXISTS, 409",
        "ABORTED, 409",
        "RESOURCE_EXHAUSTED, 429",
        "CANCELLED, 499",
        "UNKNOWN, 500",
        "INTERNAL, 500",
        "DATA_LOSS, 500",
        "UNIMPLEMENTED, 501",
        "UNAVAILABLE, 503",
        "DEADLINE_EXCEEDED, 504",
    })
    void theCodeBecomesItsHttpCodeAndTheDetailsAreRelayed(Code code, int httpCode) {
        upstream.fail(GET_ORDER, failure(code, "Only 3 left", OUT_OF_STOCK));

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        ErrorAnswers.assertError(reply, httpCode, "OUT_OF_STOCK");
        assertThat(reply.json().at("/error/status").asString()).isEqualTo(code.name());
        assertThat(reply.detail("ErrorInfo").toString())
                .isEqualTo("{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"OUT_OF_STOCK\","
                        + "\"domain\":\"stock.ordersaga\",\"metadata\":{\"product_id\":\"1\",\"available\":\"3\"}}");
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, 500, INTERNAL",
        "INTERNAL, 500, INTERNAL",
        "DATA_LOSS, 500, INTERNAL",
        "UNIMPLEMENTED, 501, UNIMPLEMENTED",
        "UNAVAILABLE, 503, UPSTREAM_UNAVAILABLE",
        "DEADLINE_EXCEEDED, 504, DEADLINE_EXCEEDED",
        "CANCELLED, 499, CANCELLED",
        "RESOURCE_EXHAUSTED, 429, RESOURCE_EXHAUSTED",
    })
    void textsThatNobodyMeantForClientsStayInside(Status.Code code, int httpCode, String reason) {
        upstream.fail(GET_ORDER, code.toStatus().withDescription(SECRET));

        ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), httpCode, reason);
    }

    @ParameterizedTest
    @CsvSource({"INTERNAL", "UNKNOWN", "DATA_LOSS"})
    void aBrokenServicesOwnTextStaysInsideEvenWithAReason(Code code) {
        upstream.fail(GET_ORDER, failure(code, SECRET, OUT_OF_STOCK));

        ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 500, "OUT_OF_STOCK");
    }

    @Test
    void aRefusalInPlainWordsIsRelayed() {
        upstream.fail(GET_ORDER, Status.NOT_FOUND.withDescription("There is no order 1"));

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        ErrorAnswers.assertError(reply, 404, "NOT_FOUND");
        assertThat(reply.json().at("/error/message").asString()).isEqualTo("There is no order 1");
    }

    @Test
    void debugInfoAndDetailsOfUnknownTypesStayInside() {
        upstream.fail(
                GET_ORDER,
                failure(
                        Code.NOT_FOUND,
                        "none",
                        OUT_OF_STOCK,
                        DebugInfo.newBuilder()
                                .setDetail(SECRET)
                                .addStackEntries(SECRET)
                                .build(),
                        StringValue.of(SECRET),
                        Help.newBuilder()
                                .addLinks(Help.Link.newBuilder().setDescription("more"))
                                .build()));

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        ErrorAnswers.assertError(reply, 404, "OUT_OF_STOCK");
        assertThat(reply.json().at("/error/details")).hasSize(3);
        assertThat(reply.detail("Help").toString()).contains("more");
    }

    @Test
    void aRefusedFieldHasTheNameThatTheClientKnows() {
        upstream.fail(
                SUBMIT,
                failure(
                        Code.INVALID_ARGUMENT,
                        "userID: must be greater than 0",
                        ErrorInfo.newBuilder()
                                .setReason("INVALID_REQUEST")
                                .setDomain("order.ordersaga")
                                .build(),
                        BadRequest.newBuilder()
                                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                        .setField("userID")
                                        .setDescription("must be greater than 0"))
                                .build()));

        RunningGateway.Reply reply = gateway.postJson("/api/v1/submit", "{}");

        ErrorAnswers.assertError(reply, 400, "INVALID_REQUEST");
        assertThat(reply.violations()).containsExactly("userId: must be greater than 0");
        assertThat(reply.json().at("/error/message").asString()).isEqualTo("userId: must be greater than 0");
    }

    @Test
    void retryInfoIsAlsoAHeader() {
        upstream.fail(
                GET_ORDER,
                failure(
                        Code.RESOURCE_EXHAUSTED,
                        "slow down",
                        OUT_OF_STOCK,
                        RetryInfo.newBuilder()
                                .setRetryDelay(Durations.fromMillis(2500))
                                .build()));

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        ErrorAnswers.assertError(reply, 429, "OUT_OF_STOCK");
        assertThat(reply.header("Retry-After")).isEqualTo("3");
        assertThat(reply.detail("RetryInfo").path("retryDelay").asString()).isEqualTo("2.500s");
    }

    @Test
    void unavailableAlwaysSaysWhenToComeAgain() {
        upstream.fail(GET_ORDER, Status.UNAVAILABLE);

        RunningGateway.Reply reply = gateway.get("/api/v1/orders/1");

        ErrorAnswers.assertError(reply, 503, "UPSTREAM_UNAVAILABLE");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.detail("RetryInfo").path("retryDelay").asString()).isEqualTo("1s");
    }

    @Test
    void nonsenseInTheDetailsIsDropped() {
        Metadata broken = new Metadata();
        broken.put(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {9, 9, 9});
        upstream.fail(GET_ORDER, new StatusException(Status.NOT_FOUND.withDescription("none"), broken));
        ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 404, "NOT_FOUND");

        com.google.rpc.Status unreadable = com.google.rpc.Status.newBuilder()
                .setCode(Code.NOT_FOUND.getNumber())
                .addDetails(Any.newBuilder()
                        .setTypeUrl("type.googleapis.com/google.rpc.Help")
                        .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, 1})))
                .addDetails(Any.newBuilder().setTypeUrl("nonsense"))
                .addDetails(Any.pack(OUT_OF_STOCK))
                .build();
        upstream.fail(GET_ORDER, StatusProto.toStatusException(unreadable));
        ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 404, "OUT_OF_STOCK");
    }

    @Test
    void anAnswerThatIsNoMessageIsAFailureOfTheServer() {
        upstream.answer(
                GET_ORDER,
                call -> new FakeUpstream.Response(ByteString.copyFrom(new byte[] {(byte) 0xff, 1, 2}), Map.of()));
        ErrorAnswers.assertError(gateway.get("/api/v1/orders/1"), 500, "INTERNAL");

        upstream.answer(GET_ORDER, call -> new FakeUpstream.Response(ByteString.copyFrom(new byte[100_000]), Map.of()));
        assertThat(gateway.get("/api/v1/orders/1").code()).isEqualTo(429);
    }

    @Test
    void problemJsonOnRequest() {
        upstream.fail(
                SUBMIT,
                failure(
                        Code.FAILED_PRECONDITION,
                        "Only 3 left",
                        OUT_OF_STOCK,
                        BadRequest.newBuilder()
                                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                        .setField("productCount")
                                        .setDescription("too many"))
                                .build()));

        RunningGateway.Reply reply =
                gateway.postJson("/api/v1/submit", "{}", "Accept", "application/problem+json", "X-Request-Id", "abc-1");

        assertThat(reply.code()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.text())
                .isEqualTo("{\"type\":\"urn:ordersaga:problem:out-of-stock\",\"title\":\"Out of stock\",\"status\":400,"
                        + "\"detail\":\"Only 3 left\",\"instance\":\"urn:ordersaga:request:abc-1\","
                        + "\"code\":\"FAILED_PRECONDITION\",\"reason\":\"OUT_OF_STOCK\",\"domain\":\"stock.ordersaga\","
                        + "\"metadata\":{\"product_id\":\"1\",\"available\":\"3\"},"
                        + "\"errors\":[{\"field\":\"productCount\",\"detail\":\"too many\"}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/problem+json                              | true
            application/json, application/problem+json            | true
            application/problem+json;q=0.5, application/json      | false
            application/problem+json;q=0                          | false
            application/json                                      | false
            */*                                                   | false
            nonsense                                              | false
            """)
    void theFormOfErrorsIsNegotiated(String accept, boolean problem) {
        RunningGateway.Reply reply = gateway.get("/nope", "Accept", accept);

        assertThat(reply.header("Content-Type")).isEqualTo(problem ? Answer.PROBLEM_JSON : Answer.JSON);
    }

    private static StatusException failure(Code code, String message, Message... details) {
        return StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .addAllDetails(List.of(details).stream().map(Any::pack).toList())
                .build());
    }
}
