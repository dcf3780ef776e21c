package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.StringValue;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.testkit.ScriptedParticipant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The client against a server that takes and answers bytes, so that both sides cannot share a mistake in the contract.
class DtmClientTest {
    private static final String SUBMIT = "dtmgimp.Dtm/Submit";
    private static final String NEW_GID = "dtmgimp.Dtm/NewGid";

    private final ScriptedParticipant dtm = ScriptedParticipant.start();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", dtm.port())
            .usePlaintext()
            .build();
    private final DtmClient client = new DtmClient(channel, Duration.ofSeconds(10));
    private final Saga saga = Saga.of("o-1")
            .step("stock:9000/stock.Stock/Deduct", "stock:9000/stock.Stock/DeductRevert", StringValue.of("one"));

    @AfterEach
    void stop() {
        channel.shutdownNow();
        dtm.close();
    }

    @Test
    void submitSendsWhatDtmDocuments() throws IOException {
        client.submit(saga.waitResult(true));

        String steps = "[{\"action\":\"stock:9000/stock.Stock/Deduct\","
                + "\"compensate\":\"stock:9000/stock.Stock/DeductRevert\"}]";
        assertThat(dtm.methods()).containsExactly(SUBMIT);
        assertThat(dtm.calls().getFirst().payload().toByteArray()).isEqualTo(bytes(out -> {
            out.writeString(1, "o-1");
            out.writeString(2, "saga");
            out.writeByteArray(3, bytes(options -> options.writeBool(1, true)));
            out.writeByteArray(5, StringValue.of("one").toByteArray());
            out.writeString(7, steps);
        }));
    }

    @Test
    void everyOptionHasItsFieldNumberAndIsInSeconds() throws IOException {
        client.submit(saga.waitResult(true)
                .timeoutToFail(Duration.ofMinutes(1))
                .retryInterval(Duration.ofSeconds(2))
                .branchHeader("x-tenant", "b")
                .branchHeader("x-tenant", "a")
                .branchHeader("traceparent", "00-1-2-01")
                .requestTimeout(Duration.ofSeconds(5)));

        byte[] options = bytes(out -> {
            out.writeBool(1, true);
            out.writeInt64(2, 60);
            out.writeInt64(3, 2);
            out.writeByteArray(5, entry("traceparent", "00-1-2-01"));
            out.writeByteArray(5, entry("x-tenant", "a"));
            out.writeInt64(6, 5);
        });
        assertThat(dtm.calls().getFirst().payload().toByteArray()).containsSequence(options);
    }

    @Test
    void newGidIsTheServers() throws IOException {
        byte[] reply = bytes(out -> out.writeString(1, "abc"));
        dtm.next(NEW_GID, call -> reply);

        assertThat(client.newGid()).isEqualTo("abc");
        assertThat(dtm.calls().getFirst().payload().isEmpty()).isTrue();
    }

    @Test
    void refusalCarriesTheReasonOfTheBranch() {
        ErrorInfo info = ErrorInfo.newBuilder()
                .setReason("OUT_OF_STOCK")
                .setDomain("stock.ordersaga")
                .build();
        com.google.rpc.Status status = com.google.rpc.Status.newBuilder()
                .setCode(Code.ABORTED_VALUE)
                .setMessage("Not enough pieces")
                .addDetails(Any.pack(info))
                .build();
        dtm.next(SUBMIT, call -> {
            throw StatusProto.toStatusException(status);
        });

        assertThatThrownBy(() -> client.submit(saga))
                .isInstanceOfSatisfying(SagaRefusedException.class, e -> {
                    assertThat(e.gid()).isEqualTo("o-1");
                    assertThat(e.status()).isEqualTo(status);
                })
                .hasMessage("Not enough pieces")
                .hasCauseInstanceOf(StatusRuntimeException.class);
    }

    /// DTM's own server sends a text and no details.
    @Test
    void refusalWithoutDetailsHasItsText() {
        dtm.next(SUBMIT, Status.ABORTED.withDescription("current status 'succeed', cannot sumbmit. FAILURE"));

        assertThatThrownBy(() -> client.submit(saga))
                .isInstanceOfSatisfying(
                        SagaRefusedException.class,
                        e -> assertThat(e.status().getDetailsList()).isEmpty())
                .hasMessage("current status 'succeed', cannot sumbmit. FAILURE");
    }

    @Test
    void otherFailuresPassThroughAndAreNotRetried() {
        dtm.next(SUBMIT, Status.UNAVAILABLE.withDescription("starting"));

        assertThatThrownBy(() -> client.submit(saga))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        assertThat(dtm.methods()).containsExactly(SUBMIT);
    }

    @Test
    void callEndsAtItsDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        dtm.next(SUBMIT, call -> {
            never.await();
            throw new StatusException(Status.INTERNAL);
        });

        assertThatThrownBy(() -> client.submit(saga, Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        never.countDown();
    }

    @Test
    void deadlineIsPositive() {
        assertThatThrownBy(() -> new DtmClient(channel, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.submit(saga, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(dtm.calls()).isEmpty();
    }

    private interface Fields {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(buffer);
        fields.to(out);
        out.flush();
        return buffer.toByteArray();
    }

    private static byte[] entry(String key, String value) throws IOException {
        return bytes(out -> {
            out.writeString(1, key);
            out.writeString(2, value);
        });
    }
}
