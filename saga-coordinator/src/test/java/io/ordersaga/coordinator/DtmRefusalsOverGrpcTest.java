package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.TestDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What can never run is refused by field, over gRPC, and leaves nothing behind.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtmRefusalsOverGrpcTest {

    private static final String SERVICE = DtmGrpc.SERVICE_NAME + "/";

    private CoordinatorFixture coordinator;

    @BeforeAll
    void start(TestDatabase database) {
        coordinator = new CoordinatorFixture(
                database,
                Map.of(
                        "ordersaga.coordinator.limits.saga-bytes-max",
                        "100000",
                        "ordersaga.coordinator.limits.payload-bytes-max",
                        "90000",
                        "ordersaga.coordinator.limits.headers-max",
                        "2",
                        "ordersaga.coordinator.limits.custom-data-bytes-max",
                        "200",
                        "ordersaga.coordinator.limits.orders-max",
                        "3"));
    }

    @AfterAll
    void stop() {
        coordinator.close();
    }

    @Test
    void everyMethodRefusesAnEmptyRequest() {
        for (String method : List.of(
                "Submit",
                "Prepare",
                "Abort",
                "RegisterBranch",
                "PrepareWorkflow",
                "Subscribe",
                "Unsubscribe",
                "DeleteTopic")) {
            RawCalls.Answer answer =
                    RawCalls.call(coordinator.service().channel(), SERVICE + method, Empty.getDefaultInstance());
            assertThat(answer.code()).as(method).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
        }
    }

    static Stream<Arguments> badRequests() {
        String good = "127.0.0.1:1/shop.Shop/Do";
        return Stream.of(
                Arguments.of("Gid", base().clearGid()),
                Arguments.of("Gid", base().setGid("g".repeat(129))),
                Arguments.of("Gid", base().setGid("two\nlines")),
                Arguments.of("Gid", base().setGid("ü")),
                Arguments.of("Gid", base().setGid("blank ")),
                Arguments.of("TransType", base().clearTransType()),
                Arguments.of("TransType", base().setTransType("TCC")),
                Arguments.of("Steps", base().setSteps("{not json")),
                Arguments.of("Steps", base().setSteps("{\"action\":\"x\"}")),
                Arguments.of("Steps[0]", base().setSteps("[1]")),
                Arguments.of("Steps[0].action", base().setSteps("[{\"action\":7}]")),
                Arguments.of("Steps[0].action", base().setSteps("[" + step("shop/Do", "") + "]")),
                Arguments.of("Steps[0].action", base().setSteps("[" + step("nacos://shop/shop.Shop/Do", "") + "]")),
                Arguments.of("Steps[0].action", base().setSteps("[" + step("http:// x", "") + "]")),
                Arguments.of("Steps[0].action", base().setSteps("[" + step(good + "x".repeat(2100), "") + "]")),
                Arguments.of("Steps[1].compensate", base().setSteps("[" + step(good, "") + "," + step("", "x") + "]")),
                Arguments.of("BinPayloads", base().clearBinPayloads().setSteps("[" + step(good, "") + "]")),
                Arguments.of(
                        "BinPayloads[0]",
                        base().setSteps("[" + step(good, "") + "]")
                                .setBinPayloads(0, ByteString.copyFrom(new byte[90_001]))),
                Arguments.of(
                        "BinPayloads",
                        base().setSteps("[" + step(good, "") + "," + step(good, "") + "]")
                                .setBinPayloads(0, ByteString.copyFrom(new byte[50_000]))
                                .setBinPayloads(1, ByteString.copyFrom(new byte[50_000]))),
                Arguments.of("CustomedData", base().setCustomedData("[")),
                Arguments.of("CustomedData", base().setCustomedData("{}" + " ".repeat(200))),
                Arguments.of("CustomedData.concurrent", base().setCustomedData("{\"concurrent\":\"yes\"}")),
                Arguments.of("CustomedData.orders", orders("[]")),
                Arguments.of("CustomedData.orders", orders("{\"1\":[0,0],\"0\":[0,0]}")),
                Arguments.of("CustomedData.orders[one]", orders("{\"one\":[0]}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":0}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":[\"0\"]}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":[0.5]}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":[2]}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":[-1]}")),
                Arguments.of("CustomedData.orders[2]", orders("{\"2\":[0]}")),
                Arguments.of("CustomedData.orders[1]", orders("{\"1\":[1]}")),
                Arguments.of("CustomedData.orders[0]", orders("{\"1\":[0],\"0\":[1]}")),
                Arguments.of("CustomedData.orders[0]", twoSteps().setCustomedData("{\"orders\":{\"0\":[1]}}")),
                Arguments.of(
                        "TransOptions.RetryInterval",
                        options(DtmTransOptions.newBuilder().setRetryInterval(-1))),
                Arguments.of(
                        "TransOptions.RequestTimeout",
                        options(DtmTransOptions.newBuilder().setRequestTimeout(-1))),
                Arguments.of(
                        "TransOptions.TimeoutToFail",
                        options(DtmTransOptions.newBuilder().setTimeoutToFail(Long.MAX_VALUE))),
                Arguments.of(
                        "TransOptions.TimeoutToFail",
                        options(DtmTransOptions.newBuilder().setTimeoutToFail(Long.MIN_VALUE))),
                Arguments.of(
                        "TransOptions.RetryLimit",
                        options(DtmTransOptions.newBuilder().setRetryLimit(1_001))),
                Arguments.of(
                        "TransOptions.RetryLimit",
                        options(DtmTransOptions.newBuilder().setRetryLimit(-1))),
                Arguments.of(
                        "TransOptions.BranchHeaders",
                        options(DtmTransOptions.newBuilder()
                                .putBranchHeaders("x-a", "1")
                                .putBranchHeaders("x-b", "2")
                                .putBranchHeaders("x-c", "3"))),
                Arguments.of("TransOptions.BranchHeaders", header("two words", "x")),
                Arguments.of("TransOptions.BranchHeaders", header("grpc-timeout", "x")),
                Arguments.of("TransOptions.BranchHeaders", header("dtm-gid", "x")),
                Arguments.of("TransOptions.BranchHeaders.x-a", header("x-a", "a\r\nb: c")),
                Arguments.of("TransOptions.BranchHeaders", header("x-a", "a".repeat(3_000))));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void whatCanNeverRunIsRefusedByFieldAndNotStored(String field, DtmRequest.Builder request) {
        StatusRuntimeException refusal = refused(request.build());

        assertThat(refusal.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(RawCalls.Answer.of(refusal).violatedFields()).containsExactly(field);
        assertThat(refusal.getStatus().getDescription())
                .startsWith(field + ": ")
                .doesNotContain("io.ordersaga", "tools.");
        assertThat(coordinator.query("bad").path("transaction").isNull()).isTrue();
    }

    @Test
    void bytesThatAreNoRequestAreRefused() {
        RawCalls.nonsense(coordinator.service().channel(), DtmGrpc.getServiceDescriptor(), new Metadata())
                .forEach((call, answer) -> assertThat(answer.code()).as(call).isIn(Code.INVALID_ARGUMENT));
    }

    private static DtmRequest.Builder base() {
        return DtmRequest.newBuilder()
                .setGid("bad")
                .setTransType("saga")
                .setSteps("[]")
                .addBinPayloads(ByteString.EMPTY)
                .addBinPayloads(ByteString.EMPTY);
    }

    private static DtmRequest.Builder twoSteps() {
        String step = step("127.0.0.1:1/shop.Shop/Do", "");
        return base().setSteps("[" + step + "," + step + "]");
    }

    /// Of a concurrent saga of two steps.
    private static DtmRequest.Builder orders(String orders) {
        return twoSteps().setCustomedData("{\"concurrent\":true,\"orders\":" + orders + "}");
    }

    private static DtmRequest.Builder options(DtmTransOptions.Builder options) {
        return base().setTransOptions(options);
    }

    private static DtmRequest.Builder header(String name, String value) {
        return options(DtmTransOptions.newBuilder().putBranchHeaders(name, value));
    }

    private StatusRuntimeException refused(DtmRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> coordinator.dtm().submit(request));
    }

    @Test
    void aGidThatStandsForAnotherSagaIsRefused() {
        DtmRequest first = base().setGid("reused").build();
        coordinator.dtm().submit(first);
        StatusRuntimeException reused = refused(first.toBuilder()
                .setSteps("[" + step("127.0.0.1:1/shop.Shop/Do", "") + "]")
                .build());

        assertThat(reused.getStatus().getCode()).isEqualTo(Code.ABORTED);
        assertThat(RawCalls.Answer.of(reused).errorInfo().getReason()).isEqualTo("GID_REUSED");
        assertThat(coordinator.query("reused").path("branches").size()).isZero();
    }

    @Test
    void newGidMakesGidsThatDtmMightHaveMade() {
        Set<String> gids = new HashSet<>();
        for (int count = 0; count < 100; count++) {
            gids.add(coordinator.dtm().newGid(Empty.getDefaultInstance()).getGid());
        }
        assertThat(gids).hasSize(100).allMatch(gid -> gid.matches("[2-9A-HJ-NP-Za-km-z]{22}"));
    }
}
