package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.compensation;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static io.ordersaga.coordinator.CoordinatorFixture.step;
import static io.ordersaga.coordinator.CoordinatorFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// DTM's black-box cases over gRPC, by their numbers (S1, S2, ...), and what we do where DTM does not answer
/// well.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DtmOverGrpcTest {

    private final ScriptedParticipant participant = ScriptedParticipant.start();
    private CoordinatorFixture coordinator;
    private int sagas;

    @BeforeAll
    void start(TestDatabase database) {
        coordinator = new CoordinatorFixture(database, Map.of());
    }

    @AfterAll
    void stop() {
        coordinator.close();
        participant.close();
    }

    private String newGid() {
        return "grpc-" + ++sagas;
    }

    @Test
    void s1EveryActionSucceeds() {
        String gid = newGid();
        coordinator.dtm().submit(waiting(saga(gid, participant, 2)).build());

        assertThat(coordinator.status(gid)).isEqualTo("succeed");
        assertThat(coordinator.rows(gid)).isEqualTo("psps");
        assertThat(coordinator.query(gid).path("transaction").has("rollback_reason"))
                .isFalse();
        assertThat(methodsOf(gid)).containsExactly(action(1), action(2));
    }

    @Test
    void s2ARefusalRollsBackWithTheParticipantsText() {
        String gid = newGid();
        participant.next(action(2), Status.ABORTED.withDescription("Insufficient balance"));
        coordinator.dtm().submit(saga(gid, participant, 2).build());

        coordinator.awaitStatus(gid, "failed");
        assertThat(coordinator.rows(gid)).isEqualTo("sssf");
        assertThat(coordinator
                        .query(gid)
                        .path("transaction")
                        .path("rollback_reason")
                        .asString())
                .isEqualTo("url:" + participant.url(action(2)) + " return failed: Insufficient balance FAILURE");
        assertThat(methodsOf(gid)).containsExactly(action(1), action(2), compensation(2), compensation(1));
    }

    @Test
    void s3OngoingIsAskedAgain() {
        String gid = newGid();
        participant
                .next(action(1), Status.FAILED_PRECONDITION)
                .next(action(1), Status.ABORTED.withDescription("ONGOING"));
        coordinator.dtm().submit(saga(gid, participant, 1).build());

        coordinator.awaitStatus(gid, "succeed");
        assertThat(methodsOf(gid)).containsExactly(action(1), action(1), action(1));
    }

    @Test
    void s4ACompensationIsRepeatedUntilItSucceeds() {
        String gid = newGid();
        participant.next(action(1), Status.ABORTED);
        participant.next(compensation(1), Status.FAILED_PRECONDITION);
        participant.next(compensation(1), Status.INTERNAL);
        participant.next(compensation(1), Status.ABORTED);
        coordinator.dtm().submit(saga(gid, participant, 1).build());

        coordinator.awaitStatus(gid, "failed");
        assertThat(methodsOf(gid))
                .containsExactly(action(1), compensation(1), compensation(1), compensation(1), compensation(1));
    }

    @Test
    void s5SubmittingAgainIsFineWhileItRunsAndCallsNothingTwice() {
        String gid = newGid();
        CountDownLatch gate = new CountDownLatch(1);
        participant.next(action(1), call -> {
            gate.await();
            return new byte[0];
        });
        DtmRequest request = saga(gid, participant, 1).build();
        coordinator.dtm().submit(request);
        coordinator.dtm().submit(request);
        coordinator
                .dtm()
                .submit(request.toBuilder()
                        .setTransOptions(
                                DtmTransOptions.newBuilder().putBranchHeaders("traceparent", "00-another-trace"))
                        .build());
        gate.countDown();
        coordinator.awaitStatus(gid, "succeed");

        StatusRuntimeException again = refused(request);
        assertThat(again.getStatus().getCode()).isEqualTo(Code.ABORTED);
        assertThat(again.getStatus().getDescription()).isEqualTo("current status 'succeed', cannot sumbmit. FAILURE");
        assertThat(RawCalls.Answer.of(again).errorInfo().getReason()).isEqualTo("SAGA_ALREADY_FINISHED");
        assertThat(methodsOf(gid)).containsExactly(action(1));
    }

    @Test
    void s6AnEmptyUrlSucceedsWithoutACall() {
        String gid = newGid();
        coordinator
                .dtm()
                .submit(waiting(DtmRequest.newBuilder()
                                .setGid(gid)
                                .setTransType("saga")
                                .setSteps("[" + step("", "") + "," + step(participant.url(action(2)), "") + "]")
                                .addBinPayloads(ByteString.EMPTY)
                                .addBinPayloads(ByteString.EMPTY))
                        .build());

        assertThat(coordinator.rows(gid)).isEqualTo("psps");
        assertThat(methodsOf(gid)).containsExactly(action(2));
    }

    @Test
    void aSagaWithoutStepsSucceeds() {
        for (String steps : List.of("null", "", "[]")) {
            String gid = newGid();
            coordinator
                    .dtm()
                    .submit(waiting(DtmRequest.newBuilder()
                                    .setGid(gid)
                                    .setTransType("saga")
                                    .setSteps(steps))
                            .build());
            assertThat(coordinator.status(gid)).isEqualTo("succeed");
        }
    }

    @Test
    void s9WaitResultTellsHowItEndedOrThatItTakesLonger() {
        String ongoing = newGid();
        participant.next(action(1), Status.FAILED_PRECONDITION);
        StatusRuntimeException unfinished =
                refused(waiting(saga(ongoing, participant, 1)).build());
        assertThat(unfinished.getStatus().getCode()).isEqualTo(Code.ABORTED);
        assertThat(unfinished.getStatus().getDescription()).isEqualTo("wait result not return success: FAILURE");
        assertThat(RawCalls.Answer.of(unfinished).errorInfo().getReason()).isEqualTo("SAGA_UNFINISHED");
        coordinator.awaitStatus(ongoing, "succeed");

        participant.next(action(1), Status.ABORTED.withDescription("sold out"));
        StatusRuntimeException failed =
                refused(waiting(saga(newGid(), participant, 1)).build());
        assertThat(failed.getStatus().getCode()).isEqualTo(Code.ABORTED);
        assertThat(failed.getStatus().getDescription()).contains("sold out").endsWith("FAILURE");
        assertThat(RawCalls.Answer.of(failed).errorInfo().getReason()).isEqualTo("SAGA_ROLLED_BACK");
    }

    @Test
    void theTypedReasonReachesTheSubmitterAndEveryCompensation() throws Exception {
        String gid = newGid();
        ErrorInfo reason = ErrorInfo.newBuilder()
                .setReason("OUT_OF_STOCK")
                .setDomain("stock.ordersaga")
                .putMetadata("available", "3")
                .build();
        participant.next(action(2), call -> {
            throw typed(reason);
        });
        StatusRuntimeException failed =
                refused(waiting(saga(gid, participant, 2)).build());
        assertThat(RawCalls.Answer.of(failed).errorInfo()).isEqualTo(reason);

        for (ScriptedParticipant.Call call : callsOf(gid)) {
            byte[] details =
                    call.metadata().get(Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER));
            if (call.method().contains("Undo")) {
                assertThat(com.google.rpc.Status.parseFrom(details)
                                .getDetails(0)
                                .unpack(ErrorInfo.class))
                        .isEqualTo(reason);
            } else {
                assertThat(details).isNull();
            }
        }
    }

    @Test
    void aRefusalWithoutDetailsOrWithTooManyStillTravels() throws Exception {
        String plain = newGid();
        participant.next(action(1), Status.ABORTED.withDescription("sold out"));
        refused(waiting(saga(plain, participant, 1)).build());
        assertThat(rejectionOf(plain).getMessage()).isEqualTo("sold out");

        String huge = newGid();
        ErrorInfo reason = ErrorInfo.newBuilder().setReason("COUPON_EXPIRED").build();
        participant.next(action(1), call -> {
            throw StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                    .setCode(Code.ABORTED.value())
                    .addDetails(Any.pack(reason))
                    .addDetails(Any.pack(com.google.rpc.DebugInfo.newBuilder()
                            .setDetail("d".repeat(5_000))
                            .build()))
                    .build());
        });
        assertThat(RawCalls.Answer.of(
                                refused(waiting(saga(huge, participant, 1)).build()))
                        .errorInfo())
                .isEqualTo(reason);
        assertThat(rejectionOf(huge).getDetailsList()).hasSize(1);
    }

    @Test
    void s13EveryCallCarriesDtmsMetadataTheBranchHeadersAndTheTrace() {
        String gid = newGid();
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
        participant.next(action(1), Status.UNAVAILABLE).next(action(1), Status.ABORTED);
        coordinator
                .dtm()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .submit(saga(gid, participant, 1)
                        .setTransOptions(DtmTransOptions.newBuilder().putBranchHeaders("X-Tenant", "a"))
                        .build());

        coordinator.awaitStatus(gid, "failed");
        List<ScriptedParticipant.Call> calls = callsOf(gid);
        assertThat(calls).hasSize(3).allSatisfy(call -> {
            assertThat(call.header("dtm-trans_type")).isEqualTo("saga");
            assertThat(call.header("dtm-branch_id")).isEqualTo("01");
            assertThat(call.header("dtm-dtm")).isEmpty();
            assertThat(call.header("x-tenant")).isEqualTo("a");
            assertThat(call.header("traceparent")).isEqualTo(traceparent);
            assertThat(call.payload().toStringUtf8()).isEqualTo("payload 1");
        });
        assertThat(calls.stream().map(call -> call.header("dtm-op"))).containsExactly("action", "action", "compensate");
    }

    @Test
    void aBranchHeaderWinsOverTheTraceOfTheSubmit() {
        String gid = newGid();
        Metadata metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                "00-11111111111111111111111111111111-1111111111111111-01");
        String own = "00-22222222222222222222222222222222-2222222222222222-01";
        coordinator
                .dtm()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .submit(waiting(saga(gid, participant, 1)
                                .setTransOptions(DtmTransOptions.newBuilder().putBranchHeaders("traceparent", own)))
                        .build());

        assertThat(callsOf(gid).getFirst().header("traceparent")).isEqualTo(own);
    }

    @Test
    void s14RequestTimeoutBoundsTheCall() {
        String gid = newGid();
        CountDownLatch gate = new CountDownLatch(1);
        participant.next(action(1), call -> {
            gate.await();
            return new byte[0];
        });
        coordinator
                .dtm()
                .submit(saga(gid, participant, 1)
                        .setTransOptions(DtmTransOptions.newBuilder().setRequestTimeout(1))
                        .build());

        coordinator.awaitStatus(gid, "succeed");
        gate.countDown();
        assertThat(methodsOf(gid)).containsExactly(action(1), action(1));
    }

    @Test
    void timeoutToFailAndRetryLimitEndASagaWithDtmsWords() {
        String late = newGid();
        try (ScriptedParticipant down = ScriptedParticipant.start()) {
            down.next(action(1), Status.UNAVAILABLE, 100);
            coordinator
                    .dtm()
                    .submit(saga(late, down, 2)
                            .setTransOptions(DtmTransOptions.newBuilder().setTimeoutToFail(1))
                            .build());
            coordinator.awaitStatus(late, "failed");
        }
        assertThat(reason(late)).isEqualTo("Timeout after 1 seconds");
        assertThat(coordinator.rows(late)).isEqualTo("sppp");

        String limited = newGid();
        participant.next(action(2), Status.UNAVAILABLE, 2);
        coordinator
                .dtm()
                .submit(saga(limited, participant, 2)
                        .setSteps("[" + step("", participant.url(compensation(1))) + ","
                                + step(participant.url(action(2)), participant.url(compensation(2))) + "]")
                        .setTransOptions(DtmTransOptions.newBuilder().setRetryLimit(1))
                        .build());
        coordinator.awaitStatus(limited, "failed");
        assertThat(reason(limited)).isEqualTo("RetryCount is greater than RetryLimit, RetryLimit: 1");
        assertThat(coordinator.rows(limited)).isEqualTo("sssp");
    }

    @Test
    void aParticipantThatComesBackIsFoundAtOnce() {
        String gid = newGid();
        ScriptedParticipant gone = ScriptedParticipant.start();
        int port = gone.port();
        DtmRequest request = saga(gid, gone, 1).build();
        gone.close();
        coordinator.dtm().submit(request);
        await().until(() -> coordinator.query(gid).path("transaction").has("next_cron_time"));

        try (ScriptedParticipant back = ScriptedParticipant.startOn(port)) {
            coordinator.awaitStatus(gid, "succeed");
            assertThat(back.methods()).containsExactly(action(1));
        }
    }

    private StatusRuntimeException refused(DtmRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class, () -> coordinator.dtm().submit(request));
    }

    private static StatusException typed(ErrorInfo reason) {
        return StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(Code.ABORTED.value())
                .setMessage("sold out")
                .addDetails(Any.pack(reason))
                .build());
    }

    private com.google.rpc.Status rejectionOf(String gid) throws InvalidProtocolBufferException {
        byte[] details = callsOf(gid)
                .getLast()
                .metadata()
                .get(Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER));
        return com.google.rpc.Status.parseFrom(details);
    }

    private String reason(String gid) {
        return coordinator
                .query(gid)
                .path("transaction")
                .path("rollback_reason")
                .asString();
    }

    private List<ScriptedParticipant.Call> callsOf(String gid) {
        return participant.calls().stream()
                .filter(call -> gid.equals(call.header("dtm-gid")))
                .toList();
    }

    private List<String> methodsOf(String gid) {
        return callsOf(gid).stream().map(ScriptedParticipant.Call::method).toList();
    }
}
