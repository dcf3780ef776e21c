package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.ScriptedParticipant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What each answer of a gRPC participant means, and how soon one that was away is reached again.
class GrpcBranchCallsTest {

    private static final String METHOD = "shop.Shop/Do";
    private static final CallSettings SETTINGS =
            new CallSettings(Duration.ofSeconds(2), Duration.ofMillis(500), 2, 1024);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BranchCalls calls = new BranchCalls(SETTINGS, new AllowList(false, List.of()), true, meters);

    @AfterEach
    void close() {
        calls.close();
    }

    @ParameterizedTest
    @EnumSource(Status.Code.class)
    void everyStatusHasItsMeaning(Status.Code code) {
        try (ScriptedParticipant participant = ScriptedParticipant.start()) {
            if (code != Status.Code.OK) {
                participant.next(METHOD, code.toStatus().withDescription("text"));
                participant.next(METHOD, code.toStatus().withDescription("text"));
            }
            BranchOutcome outcome = call(participant.url(METHOD));
            assertThat(begun(participant.url(METHOD))).isEqualTo(outcome);
            switch (code) {
                case OK -> assertThat(outcome).isInstanceOf(BranchOutcome.Succeeded.class);
                case ABORTED -> assertThat(outcome).isInstanceOf(BranchOutcome.Refused.class);
                case FAILED_PRECONDITION -> assertThat(outcome).isInstanceOf(BranchOutcome.Ongoing.class);
                case UNAVAILABLE, RESOURCE_EXHAUSTED ->
                    assertThat(outcome).isEqualTo(unknown(code, Trouble.UNREACHABLE));
                case DEADLINE_EXCEEDED, CANCELLED -> assertThat(outcome).isEqualTo(unknown(code, Trouble.NO_ANSWER));
                default -> assertThat(outcome).isEqualTo(unknown(code, Trouble.ERROR));
            }
        }
    }

    private static BranchOutcome unknown(Status.Code code, Trouble trouble) {
        return new BranchOutcome.Unknown(code + ": text", trouble);
    }

    @Test
    void anyBytesGoOutUnchangedAndWhateverComesBackIsTaken() {
        byte[] payload = new byte[300_000];
        payload[7] = -1;
        try (ScriptedParticipant participant = ScriptedParticipant.start()) {
            participant.next(METHOD, call -> new byte[100_000]);
            assertThat(call(participant.url(METHOD), Bytes.of(payload))).isInstanceOf(BranchOutcome.Succeeded.class);
            assertThat(participant.calls().getFirst().payload().toByteArray()).isEqualTo(payload);
        }
    }

    @Test
    void dnsTargetsAreCalledToo() {
        try (ScriptedParticipant participant = ScriptedParticipant.start()) {
            assertThat(call("dns:///" + participant.url(METHOD))).isInstanceOf(BranchOutcome.Succeeded.class);
        }
    }

    @Test
    void aSilentParticipantCostsTheTimeoutAndNoMore() {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedParticipant participant = ScriptedParticipant.start()) {
            participant.next(METHOD, call -> {
                gate.await();
                return new byte[0];
            });
            long start = System.nanoTime();
            assertThat(call(participant.url(METHOD)))
                    .isInstanceOfSatisfying(
                            BranchOutcome.Unknown.class,
                            unknown -> assertThat(unknown.cause()).startsWith("DEADLINE_EXCEEDED"));
            assertThat(since(start)).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(20));
            gate.countDown();
        }
    }

    @Test
    void anAbsentParticipantIsToldQuicklyAndReachedWithItsFirstCallAfterItsReturn() throws IOException {
        int port = freePort();
        String url = "127.0.0.1:" + port + "/" + METHOD;
        for (int attempt = 0; attempt < 4; attempt++) {
            long start = System.nanoTime();
            assertThat(call(url)).isInstanceOf(BranchOutcome.Unknown.class);
            assertThat(since(start)).isLessThan(Duration.ofSeconds(20));
        }
        try (ScriptedParticipant _ = ScriptedParticipant.startOn(port)) {
            assertThat(call(url)).isInstanceOf(BranchOutcome.Succeeded.class);
        }
        assertThat(call(url)).isInstanceOf(BranchOutcome.Unknown.class);
        try (ScriptedParticipant _ = ScriptedParticipant.startOn(port)) {
            assertThat(call(url)).isInstanceOf(BranchOutcome.Succeeded.class);
        }
    }

    @Test
    void noMoreTargetsAreKeptThanAllowed() {
        for (int round = 0; round < 2; round++) {
            for (int target = 0; target < 4; target++) {
                try (ScriptedParticipant participant = ScriptedParticipant.start()) {
                    assertThat(call(participant.url(METHOD))).isInstanceOf(BranchOutcome.Succeeded.class);
                }
            }
        }
    }

    @Test
    void callsAreTimedByTargetAndOutcome() {
        try (ScriptedParticipant participant = ScriptedParticipant.start()) {
            participant.next(METHOD, Status.ABORTED);
            call(participant.url(METHOD));
            call(participant.url(METHOD));
            String target = "127.0.0.1:" + participant.port();
            for (String outcome : List.of("refused", "succeeded")) {
                assertThat(meters.get("ordersaga.branch.calls")
                                .tags("target", target, "outcome", outcome)
                                .timer()
                                .count())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void withoutAConnectionSomebodyHasToWait() throws IOException {
        assertThat(calls.begin(branchCall("127.0.0.1:" + freePort() + "/" + METHOD, Bytes.EMPTY), _ -> {}))
                .isFalse();
    }

    private BranchOutcome begun(String url) {
        CompletableFuture<BranchOutcome> outcome = new CompletableFuture<>();
        assertThat(calls.begin(branchCall(url, Bytes.of("payload")), outcome::complete))
                .isTrue();
        return outcome.join();
    }

    private BranchOutcome call(String url) {
        return call(url, Bytes.of("payload"));
    }

    private BranchOutcome call(String url, Bytes payload) {
        return calls.call(branchCall(url, payload));
    }

    private static BranchCall branchCall(String url, Bytes payload) {
        Step step = new Step(url, "", payload);
        return new BranchCall(Sagas.of(List.of(step), SagaOptions.DEFAULT), 0, Op.ACTION, Optional.empty());
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
