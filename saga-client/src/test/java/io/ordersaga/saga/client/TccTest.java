package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One scripted server plays the coordinator and the branches, so that the order of all calls is seen.
class TccTest {
    private static final String TRY = "bank.Bank/Try";
    private static final String REGISTER = "dtmgimp.Dtm/RegisterBranch";
    private static final String PREPARE = "dtmgimp.Dtm/Prepare";
    private static final String SUBMIT = "dtmgimp.Dtm/Submit";
    private static final String ABORT = "dtmgimp.Dtm/Abort";

    private final ScriptedParticipant server = ScriptedParticipant.start();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .build();
    private final BranchConnections connections = BranchConnections.plaintext(Duration.ofSeconds(10));
    private final DtmClient client = new DtmClient(channel, Duration.ofSeconds(10), connections);
    private final TccBranch branch = new TccBranch(server.url(TRY), server.url("bank.Bank/Confirm"), "");
    private final Tcc tcc = Tcc.of("t-1").branchHeader("x-tenant", "a");

    @AfterEach
    void stop() {
        connections.close();
        channel.shutdownNow();
        server.close();
    }

    @Test
    void branchesAreRegisteredTriedAndConfirmed() throws InvalidProtocolBufferException {
        server.always(TRY, call -> StringValue.of("reserved").toByteArray());

        String answer = client.tcc(tcc.waitResult(true), branches -> {
            branches.call(branch, StringValue.of("one"), StringValue.getDefaultInstance());
            return branches.call(branch, StringValue.of("two"), StringValue.getDefaultInstance())
                    .getValue();
        });

        assertThat(answer).isEqualTo("reserved");
        assertThat(server.methods()).containsExactly(PREPARE, REGISTER, TRY, REGISTER, TRY, SUBMIT);
        DtmBranchRequest registration =
                DtmBranchRequest.parseFrom(server.calls().get(3).payload());
        assertThat(registration)
                .isEqualTo(DtmBranchRequest.newBuilder()
                        .setGid("t-1")
                        .setTransType("tcc")
                        .setBranchID("02")
                        .putData("confirm", branch.confirm())
                        .putData("cancel", "")
                        .setBusiPayload(StringValue.of("two").toByteString())
                        .build());
        Call tried = server.calls().get(4);
        assertThat(BranchContext.from(tried.metadata())).isEqualTo(new BranchContext("t-1", "tcc", "02", "try"));
        assertThat(tried.header("dtm-dtm")).isEqualTo("127.0.0.1:" + server.port());
        assertThat(tried.header("x-tenant")).isEqualTo("a");
        assertThat(tried.payload()).isEqualTo(StringValue.of("two").toByteString());
        DtmRequest submitted = DtmRequest.parseFrom(server.calls().get(5).payload());
        assertThat(submitted.getTransType()).isEqualTo("tcc");
        assertThat(submitted.getTransOptions().getWaitResult()).isTrue();
    }

    /// The reason of the branch reaches the initiator, who may be a branch itself: it answers with it in
    /// turn.
    @Test
    void refusedTryAbortsWithItsReason() throws InvalidProtocolBufferException {
        com.google.rpc.Status refusal = com.google.rpc.Status.newBuilder()
                .setCode(Code.ABORTED_VALUE)
                .setMessage("too poor")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setDomain("bank")
                        .setReason("NO_MONEY")
                        .putMetadata("account", "7")
                        .build()))
                .build();
        server.next(TRY, call -> {
            throw StatusProto.toStatusException(refusal);
        });

        assertThatThrownBy(() -> client.tcc(tcc, branches -> branches.call(branch, Payload.EMPTY)))
                .isInstanceOfSatisfying(
                        BranchRefusedException.class,
                        e -> assertThat(e.toStatus()).isEqualTo(refusal));

        assertThat(server.methods()).containsExactly(PREPARE, REGISTER, TRY, ABORT);
        DtmRequest aborted = DtmRequest.parseFrom(server.calls().getLast().payload());
        assertThat(aborted.getTransType()).isEqualTo("tcc");
        assertThat(aborted.getRollbackReason()).isEqualTo("too poor");
    }

    @Test
    void failureThatWorkSwallowsAborts() {
        server.next(TRY, Status.UNAVAILABLE);

        assertThatThrownBy(() -> client.tcc(tcc, branches -> {
                    assertThatThrownBy(() -> branches.call(branch, Payload.EMPTY))
                            .isInstanceOf(StatusRuntimeException.class);
                    return "fine";
                }))
                .isInstanceOf(StatusRuntimeException.class);

        assertThat(server.methods()).containsExactly(PREPARE, REGISTER, TRY, ABORT);
    }

    @Test
    void whateverWorkThrowsAborts() {
        assertThatThrownBy(() -> client.tcc(tcc, branches -> {
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client.tcc(tcc, branches -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(server.methods()).containsExactly(PREPARE, ABORT, PREPARE, ABORT);
    }

    @Test
    void abortThatFailsDoesNotHideWhatHappened() {
        server.next(ABORT, Status.UNAVAILABLE);

        assertThatThrownBy(() -> client.tcc(tcc, branches -> {
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
    }

    @Test
    void nothingIsTriedThatTheCoordinatorDoesNotKnow() {
        server.next(REGISTER, Status.ABORTED.withDescription("no trans with gid: t-1 status: prepared found FAILURE"));
        assertThatThrownBy(() -> client.tcc(tcc, branches -> branches.call(branch, Payload.EMPTY)))
                .isInstanceOf(SagaRefusedException.class);
        assertThat(server.methods()).containsExactly(PREPARE, REGISTER, ABORT);

        server.next(PREPARE, Status.ABORTED.withDescription("current status 'failed', cannot prepare. FAILURE"));
        assertThatThrownBy(() -> client.tcc(tcc, branches -> branches.call(branch, Payload.EMPTY)))
                .isInstanceOfSatisfying(
                        SagaRefusedException.class,
                        e -> assertThat(e.standing()).contains("failed"));
        assertThat(server.methods()).endsWith(ABORT, PREPARE);
    }

    @Test
    void nestedBranchesHaveIdsBelowTheirParent() throws InvalidProtocolBufferException {
        TccBranches nested = client.nested(new BranchContext("t-1", "tcc", "02", "try"));

        nested.call(branch, Payload.EMPTY);
        nested.call(branch, Payload.EMPTY);

        assertThat(DtmBranchRequest.parseFrom(server.calls().getFirst().payload())
                        .getBranchID())
                .isEqualTo("0201");
        assertThat(server.calls().getLast().header("dtm-branch_id")).isEqualTo("0202");
        assertThatThrownBy(() -> client.nested(new BranchContext("t-1", "saga", "02", "action")))
                .hasMessageContaining("trans_type");
        assertThatThrownBy(() -> client.nested(new BranchContext("t-1", "tcc", "02", "confirm")))
                .hasMessageContaining("op");
    }

    @Test
    void branchesAreCountedToDtmsLimit() {
        assertThatThrownBy(() -> client.tcc(tcc, branches -> {
                    for (int i = 0; i < 99; i++) {
                        branches.call(branch, Payload.EMPTY);
                    }
                    assertThatThrownBy(() -> branches.call(branch, Payload.EMPTY))
                            .isInstanceOf(IllegalStateException.class);
                    return "";
                }))
                .hasMessageContaining("at most 99");
        assertThat(server.methods()).endsWith(TRY, ABORT);
        assertThat(server.calls().get(server.calls().size() - 2).header("dtm-branch_id"))
                .isEqualTo("99");
        TccBranches deep = client.nested(new BranchContext("t-1", "tcc", "01".repeat(10), "try"));
        assertThatThrownBy(() -> deep.call(branch, Payload.EMPTY)).hasMessageContaining("too deeply");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "200|{\"ok\":1}|Submit",
                "200|{\"data\":\"FAILURE is a word\"}|Submit",
                "409|{\"reason\":\"X\"}|Abort",
                "200|{\"dtm_result\": \"FAILURE\"}|Abort",
                "200|{\"dtm_result\":\"ONGOING\"}|Abort",
                "201|{}|Abort",
                "425|{}|Abort",
                "302|{}|Abort",
                "500|oops|Abort"
            })
    void httpBranchesAnswerByStatus(int status, String body, String end) throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("x-tenant") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        http.start();
        try {
            TccBranch bank =
                    new TccBranch("http://127.0.0.1:" + http.getAddress().getPort() + "/try?a=b", "", "");
            client.tcc(tcc, branches -> branches.call(bank, Payload.json("{\"x\":1}")));
            assertThat(end).isEqualTo("Submit");
        } catch (BranchRefusedException | BranchFailedException e) {
            assertThat(end).isEqualTo("Abort");
        } finally {
            http.stop(0);
        }
        assertThat(requests)
                .containsExactly("POST /try?a=b&dtm=127.0.0.1%3A" + server.port()
                        + "&gid=t-1&trans_type=tcc&branch_id=01&op=try a {\"x\":1}");
        assertThat(server.methods()).containsExactly(PREPARE, REGISTER, "dtmgimp.Dtm/" + end);
    }

    @Test
    void clientWithoutConnectionsHasNoTcc() {
        DtmClient plain = new DtmClient(channel, Duration.ofSeconds(1));

        assertThatThrownBy(() -> plain.tcc(tcc, branches -> "")).isInstanceOf(IllegalStateException.class);
        assertThat(server.calls()).isEmpty();
    }
}
