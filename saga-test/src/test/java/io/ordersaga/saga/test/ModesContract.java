package io.ordersaga.saga.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.DtmTopics;
import io.ordersaga.saga.client.Msg;
import io.ordersaga.saga.client.MsgAbortedException;
import io.ordersaga.saga.client.MsgOutcome;
import io.ordersaga.saga.client.Payload;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.SagaRefusedException;
import io.ordersaga.saga.client.Tcc;
import io.ordersaga.saga.client.TccBranch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the client and a coordinator do together, with real branches behind the real barrier; once with
/// the coordinator as it runs in production, once with the one for tests.
abstract class ModesContract {
    /// For what is asked about, or cancelled, whether it is done by then or not.
    static final Duration SOON = Duration.ofSeconds(1);

    /// Long enough for any machine to commit, and short enough to wait for it.
    static final Duration COMMIT_WITHIN = Duration.ofSeconds(6);

    private String gid;
    private String account;
    private String other;

    abstract Bank bank();

    /// `host:port` of the bank.
    abstract String address();

    abstract DtmClient client();

    abstract Channel coordinator();

    abstract BranchConnections connections();

    /// Returns when the transaction has this status.
    abstract void awaitEnd(String gid, String status);

    @BeforeEach
    void newAccounts() {
        gid = "t-" + UUID.randomUUID();
        account = bank().open("a-" + gid);
        other = bank().open("b-" + gid);
    }

    @Test
    void stepsRunInTheirOrder() {
        Saga saga = Saga.of(gid)
                .step(url("Put"), url("UndoPut"), name(account))
                .step(url("Put"), url("UndoPut"), name(other))
                .step(url("Put"), url("UndoPut"), name(account))
                .order(2, 0, 1);

        client().submit(saga);
        awaitEnd(gid, "succeed");

        assertThat(bank().state(account)).isEqualTo("102, 0");
        assertThat(bank().state(other)).isEqualTo("101, 0");
    }

    @Test
    void refusedSagaIsUndoneAndSaysWhy() {
        bank().loseAnswer("UndoPut", account);
        Saga saga = Saga.of(gid)
                .step(url("Put"), url("UndoPut"), name(account))
                .step(url("Put"), url("UndoPut"), name("closed"));

        client().submit(saga);
        awaitEnd(gid, "failed");

        assertThat(bank().state(account)).isEqualTo("100, 0");
        assertThatThrownBy(() -> client().submit(saga))
                .isInstanceOfSatisfying(
                        SagaRefusedException.class,
                        e -> assertThat(e.standing()).contains("failed"));
    }

    @Test
    void messageGoesOutWithItsTransaction() throws SQLException {
        assertThat(client().doAndSubmit(message(), bank().barrier(), Bank.move(account, -1)))
                .isEqualTo(MsgOutcome.SUBMITTED);
        awaitEnd(gid, "succeed");
        assertThat(client().doAndSubmit(message(), bank().barrier(), Bank.move(account, -1)))
                .isEqualTo(MsgOutcome.DUPLICATE);

        assertThat(bank().state(account)).isEqualTo("99, 0");
        assertThat(bank().state(other)).isEqualTo("101, 0");
    }

    @Test
    void messageOfARefusedTransactionIsDropped() {
        assertThatThrownBy(() -> client().doAndSubmit(message(), bank().barrier(), Bank.move("closed", -1)))
                .isInstanceOf(BranchRefusedException.class);
        awaitEnd(gid, "failed");

        assertThat(bank().state(other)).isEqualTo("100, 0");
    }

    /// The coordinator asks, again when the answer gets lost, and goes on.
    @Test
    void messageGoesOutWhenItsSenderDiesAfterTheCommit() throws SQLException {
        Msg message = message().timeoutToFail(COMMIT_WITHIN);
        bank().loseAnswer("Query", "");

        assertThat(dying("Submit").doAndSubmit(message, bank().barrier(), Bank.move(account, -1)))
                .isEqualTo(MsgOutcome.LEFT_TO_COORDINATOR);
        awaitEnd(gid, "succeed");

        assertThat(bank().state(account)).isEqualTo("99, 0");
        assertThat(bank().state(other)).isEqualTo("101, 0");
    }

    /// The coordinator asks, and from then on the local transaction can no longer commit.
    @Test
    void messageIsDroppedWhenItsSenderDiesBeforeTheCommit() {
        Msg message = message().timeoutToFail(SOON);
        assertThatThrownBy(() -> dying("Abort").doAndSubmit(message, bank().barrier(), connection -> {
                    Bank.move(account, -1).run(connection);
                    throw new IllegalStateException("killed");
                }))
                // Or, on a slow machine, MsgAbortedException: asked before the first statement.
                .isInstanceOf(RuntimeException.class);
        awaitEnd(gid, "failed");

        assertThatThrownBy(() -> client().doAndSubmit(message, bank().barrier(), Bank.move(account, -1)))
                .isInstanceOf(SagaRefusedException.class);
        assertThat(bank().state(account)).isEqualTo("100, 0");
        assertThat(bank().state(other)).isEqualTo("100, 0");
    }

    /// Its row in the barrier's table is taken: somebody has asked for it.
    @Test
    void lateTransactionIsKeptOut() {
        Msg message = message();
        assertThatThrownBy(() -> dying("Abort").doAndSubmit(message, bank().barrier(), connection -> {
                    throw new IllegalStateException("killed");
                }))
                .isInstanceOf(IllegalStateException.class);
        String before = bank().state(account);

        // The same message once more, before the coordinator has given up on it.
        assertThatThrownBy(() -> client().doAndSubmit(message, bank().barrier(), Bank.move(account, -1)))
                .isInstanceOf(MsgAbortedException.class);
        awaitEnd(gid, "failed");
        assertThat(bank().state(account)).isEqualTo(before);
    }

    @Test
    void topicReachesItsSubscribers() {
        DtmTopics topics = new DtmTopics(coordinator(), Duration.ofSeconds(20));
        topics.subscribe(gid, url("Put"), "the first");
        topics.subscribe(gid, url("Put") + "Again", "gone");
        topics.unsubscribe(gid, url("Put") + "Again");

        client().submit(Msg.of(gid).deliverToTopic(gid, name(account)).delay(SOON));
        topics.delete(gid);
        awaitEnd(gid, "succeed");

        assertThat(bank().state(account)).isEqualTo("101, 0");
        assertThatThrownBy(() -> topics.delete(gid)).isInstanceOf(StatusRuntimeException.class);
        assertThatThrownBy(() -> client().submit(Msg.of(gid + "-2").deliverToTopic(gid, name(account))))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void triedBranchesAreConfirmed() {
        bank().loseAnswer("Spend", other);

        String answer = client().tcc(Tcc.of(gid), branches -> {
            branches.call(freeze(), Payload.of(name(account)));
            return branches.call(freeze(), name(other), StringValue.getDefaultInstance())
                    .getValue();
        });
        awaitEnd(gid, "succeed");

        assertThat(answer).isEqualTo(other);
        assertThat(bank().state(account)).isEqualTo("99, 0");
        assertThat(bank().state(other)).isEqualTo("99, 0");
    }

    @Test
    void triedBranchesAreCancelledWhenOneRefuses() {
        assertThatThrownBy(() -> client().tcc(Tcc.of(gid), branches -> {
                    branches.call(freeze(), Payload.of(name(account)));
                    return branches.call(freeze(), Payload.of(name("closed")));
                }))
                .isInstanceOfSatisfying(
                        BranchRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo("CLOSED"));
        awaitEnd(gid, "failed");

        assertThat(bank().state(account)).isEqualTo("100, 0");
    }

    /// Neither decision reaches the coordinator; a try without answer is cancelled with the others.
    @Test
    void triedBranchesAreCancelledWhenTheirInitiatorDies() {
        bank().loseAnswer("Freeze", other);

        assertThatThrownBy(() -> dying("Submit", "Abort").tcc(Tcc.of(gid).timeoutToFail(SOON), branches -> {
                    branches.call(freeze(), Payload.of(name(account)));
                    return branches.call(freeze(), Payload.of(name(other)));
                }))
                .isInstanceOf(RuntimeException.class);
        awaitEnd(gid, "failed");

        assertThat(bank().state(account)).isEqualTo("100, 0");
        assertThat(bank().state(other)).isEqualTo("100, 0");
    }

    @Test
    void nestedBranchesShareTheOutcome() {
        bank().nest(name -> client().nested(BranchContext.current()).call(freeze(), Payload.of(name(other))));

        client().tcc(Tcc.of(gid), branches -> branches.call(freezeWithOthers(), Payload.of(name(account))));
        awaitEnd(gid, "succeed");
        assertThat(bank().state(account)).isEqualTo("99, 0");
        assertThat(bank().state(other)).isEqualTo("99, 0");

        String refused = gid + "-2";
        assertThatThrownBy(() -> client().tcc(
                                Tcc.of(refused),
                                branches -> branches.call(freezeWithOthers(), Payload.of(name("closed")))))
                .isInstanceOfSatisfying(
                        BranchRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo("CLOSED"));
        awaitEnd(refused, "failed");
        assertThat(bank().state(other)).isEqualTo("99, 0");
    }

    private Msg message() {
        return Msg.of(gid).deliver(url("Put"), name(other)).queryPrepared(url("Query"));
    }

    private TccBranch freeze() {
        return new TccBranch(url("Freeze"), url("Spend"), url("Thaw"));
    }

    private TccBranch freezeWithOthers() {
        return new TccBranch(url("FreezeWithOthers"), url("Spend"), url("Thaw"));
    }

    private String url(String method) {
        return address() + "/bank.Bank/" + method;
    }

    private static StringValue name(String account) {
        return StringValue.of(account);
    }

    /// A client that dies before its calls of these methods: they reach nobody.
    private DtmClient dying(String... methods) {
        Set<String> lost = Set.of(methods);
        ClientInterceptor dead = new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                if (lost.contains(method.getBareMethodName())) {
                    throw Status.UNAVAILABLE.withDescription("dead").asRuntimeException();
                }
                return next.newCall(method, options);
            }
        };
        return new DtmClient(ClientInterceptors.intercept(coordinator(), dead), Duration.ofSeconds(20), connections());
    }
}
