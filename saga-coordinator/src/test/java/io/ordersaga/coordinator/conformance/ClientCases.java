package io.ordersaga.coordinator.conformance;

import static io.ordersaga.coordinator.conformance.Case.ALL;
import static io.ordersaga.coordinator.conformance.Case.GRPC;
import static io.ordersaga.coordinator.conformance.Case.HTTP_AND_GRPC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.conformance.Case.Play;
import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.saga.client.BranchBarrier;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.Msg;
import io.ordersaga.saga.client.MsgOutcome;
import io.ordersaga.saga.client.Payload;
import io.ordersaga.saga.client.Tcc;
import io.ordersaga.saga.client.TccBranch;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The cases in which participants and initiators are what DTM's clients are: with a barrier, a database, and a local
/// transaction. Both are saga-client's; over gRPC only where the case is its initiator.
final class ClientCases {

    private ClientCases() {}

    static List<Case> all() {
        return List.of(
                new Case(
                        "S16a",
                        "barrier: repeated calls, two barrier calls in one handler",
                        HTTP_AND_GRPC,
                        ClientCases::barrierSucceeds),
                new Case("S16b", "barrier: rolled back, half of a handler done", HTTP_AND_GRPC, ClientCases::undone),
                new Case("M10b", "doAndSubmit commits", GRPC, ClientCases::committedMessage),
                new Case("M10c", "doAndSubmit rolls back", GRPC, ClientCases::rolledBackMessage),
                new Case("M10d", "doAndSubmit again", GRPC, ClientCases::duplicateMessage),
                new Case("T5a", "branch headers reach confirm and cancel", ALL, ClientCases::headers),
                new Case("T5b", "answers as before DTM 1.10", ALL, ClientCases::oldAnswers),
                new Case(
                        "T6",
                        "cancelled twice at once before the try, which comes late",
                        HTTP_AND_GRPC,
                        ClientCases::disorder),
                new Case("T7", "the initiator fails between two tries", GRPC, ClientCases::initiatorFails),
                new Case("X3", "committed twice", HTTP_AND_GRPC, ClientCases::committedTwice),
                new Case("X7", "the database of a branch fails", HTTP_AND_GRPC, ClientCases::databaseFails));
    }

    private static void barrierSucceeds(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        String to = accounts.open(play.name("to"));
        String fees = accounts.open(play.name("fees"));
        play.does("out", Accounts.losingFirstAnswer(accounts.moving(from, -31)))
                .does("in", Accounts.losingFirstAnswer(branch -> {
                    BranchBarrier barrier = accounts.barrier().of(branch);
                    barrier.call(Accounts.add(to, 30));
                    barrier.call(Accounts.add(fees, 1));
                }))
                .taken(play.transfer());
        play.ends("succeed", "psps");
        assertThat(play.callsByBranch()).containsExactly("01:action", "01:action", "02:action", "02:action");
        assertThat(List.of(accounts.balance(from), accounts.balance(to), accounts.balance(fees)))
                .containsExactly(69, 130, 101);
    }

    private static void undone(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        String fees = accounts.open(play.name("fees"));
        String poor = accounts.open(play.name("poor"));
        Peer.Work both = branch -> {
            int sign = branch.op().equals("action") ? 1 : -1;
            BranchBarrier barrier = accounts.barrier().of(branch);
            barrier.call(Accounts.add(fees, sign));
            barrier.call(Accounts.add(poor, sign * -1_000));
        };
        play.does("out", accounts.moving(from, -31))
                .does("out_back", Accounts.losingFirstAnswer(accounts.moving(from, -31)))
                .does("in", both)
                .does("in_back", Accounts.losingFirstAnswer(both))
                .taken(play.transfer());
        play.ends("failed", "sssf");
        assertThat(play.reason()).contains(Peer.REFUSAL);
        assertThat(List.of(accounts.balance(from), accounts.balance(fees), accounts.balance(poor)))
                .as("the half of the second step that was committed is undone, and nothing twice")
                .containsExactly(100, 100, 100);
    }

    private static Msg message(Play play) {
        return Msg.of(play.gid()).deliver(play.url("one"), Payload.json("{}")).queryPrepared(play.url("query"));
    }

    private static void committedMessage(Play play) {
        String from = play.accounts().open(play.name("from"));
        assertThat(doAndSubmit(play, from)).isEqualTo(MsgOutcome.SUBMITTED);
        play.ends("succeed", "s");
        assertThat(play.accounts().balance(from)).isEqualTo(90);
        assertThat(play.callsByBranch()).containsExactly("01:action");
    }

    private static MsgOutcome doAndSubmit(Play play, String from) {
        try {
            return play.client().doAndSubmit(message(play), play.accounts().barrier(), Accounts.add(from, -10));
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void rolledBackMessage(Play play) {
        String from = play.accounts().open(play.name("from"));
        assertThatThrownBy(() ->
                        play.client().doAndSubmit(message(play), play.accounts().barrier(), Accounts.add(from, -1_000)))
                .isInstanceOf(BranchRefusedException.class);
        play.ends("failed", "p");
        assertThat(play.accounts().balance(from)).isEqualTo(100);
        assertThat(play.calls()).isEmpty();
    }

    private static void duplicateMessage(Play play) {
        String from = play.accounts().open(play.name("from"));
        // The first answer gets lost, and whoever asked starts again while the message is still prepared.
        Play.success(play.server()
                .prepare(
                        Wire.GRPC,
                        play.tx("msg")
                                .step(play.url("one"), "")
                                .queryPrepared(play.url("query"))
                                .emptyPayloads()));
        try {
            play.accounts().barrier().of(play.branch("msg", "00", "msg")).call(Accounts.add(from, -10));
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        assertThat(doAndSubmit(play, from)).isEqualTo(MsgOutcome.DUPLICATE);
        play.ends("succeed", "s");
        assertThat(play.accounts().balance(from)).isEqualTo(90);
    }

    private static void register(Play play, String type, String branchId, Map<String, String> urls) {
        Play.success(play.server().register(play.wire(), play.tx(type), branchId, urls));
    }

    private static Map<String, String> tccUrls(Play play) {
        return Map.of("confirm", play.url("confirm"), "cancel", play.url("cancel"));
    }

    private static void headers(Play play) {
        Tx tcc = play.tx("tcc").header("x-tenant", "a");
        Play.success(play.server().prepare(play.wire(), tcc));
        register(play, "tcc", "01", tccUrls(play));
        play.script("cancel", Answer.ERROR);
        Play.success(play.server().abort(play.wire(), play.tx("tcc")));
        play.ends("failed", "sp");
        assertThat(play.calls())
                .hasSize(2)
                .allSatisfy(call -> assertThat(call.headers()).containsEntry("x-tenant", "a"));
    }

    private static void oldAnswers(Play play) {
        Play.success(play.server().prepare(play.wire(), play.tx("tcc")));
        register(play, "tcc", "01", tccUrls(play));
        play.script("confirm", Answer.OLD_ONGOING, Answer.OLD_FAILURE, Answer.OLD_SUCCESS)
                .taken(play.tx("tcc"));
        play.ends("succeed", "ps");
        assertThat(play.callsByBranch()).containsExactly("01:confirm", "01:confirm", "01:confirm");
    }

    private static void disorder(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        Peer.Work branch = accounts.moving(from, -10);
        Play.success(play.server().prepare(play.wire(), play.tx("tcc")));
        register(play, "tcc", "01", tccUrls(play));
        play.does("cancel", context -> atOnce(branch, context));
        Play.success(play.server().abort(play.wire(), play.tx("tcc")));
        play.ends("failed", "sp");
        try {
            branch.run(play.branch("tcc", "01", "try"));
        } catch (SQLException failure) {
            throw new AssertionError("a late try is no error", failure);
        }
        assertThat(accounts.balance(from)).isEqualTo(100);
    }

    private static void atOnce(Peer.Work work, BranchContext branch) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> both =
                    List.of(threads.submit(() -> ran(work, branch)), threads.submit(() -> ran(work, branch)));
            for (Future<?> each : both) {
                each.get();
            }
        } catch (ExecutionException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static boolean ran(Peer.Work work, BranchContext branch) throws SQLException {
        work.run(branch);
        return true;
    }

    private static void initiatorFails(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        TccBranch branch = new TccBranch(play.url("try"), play.url("confirm"), play.url("cancel"));
        play.does("try", accounts.moving(from, -10)).does("cancel", accounts.moving(from, -10));
        assertThatThrownBy(() -> play.client().tcc(Tcc.of(play.gid()), branches -> {
                    branches.call(branch, Payload.json("{}"));
                    throw new IllegalStateException("it fails");
                }))
                .hasMessage("it fails");
        play.ends("failed", "sp");
        assertThat(play.callsByBranch()).containsExactly("01:try", "01:cancel");
        assertThat(accounts.balance(from)).isEqualTo(100);
    }

    private static void prepareXa(Play play, String... branchIds) {
        Play.success(play.server().prepare(play.wire(), play.tx("xa")));
        play.does("phase2", branch -> play.accounts().xa().finish(branch));
        for (String branchId : branchIds) {
            register(play, "xa", branchId, Map.of("url", play.url("phase2")));
        }
    }

    private static void committedTwice(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        prepareXa(play, "01");
        play.does("phase2", Accounts.losingFirstAnswer(branch -> accounts.xa().finish(branch)));
        try {
            accounts.xa().prepare(play.branch("xa", "01", "action"), Accounts.add(from, -10));
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        assertThat(accounts.balance(from)).as("only prepared").isEqualTo(100);
        play.taken(play.tx("xa"));
        play.ends("succeed", "ps");
        assertThat(play.callsByBranch()).containsExactly("01:commit", "01:commit");
        assertThat(accounts.balance(from)).isEqualTo(90);
    }

    private static void databaseFails(Play play) {
        Accounts accounts = play.accounts();
        String from = accounts.open(play.name("from"));
        String to = accounts.open(play.name("to"));
        prepareXa(play, "01", "02");
        try {
            accounts.xa().prepare(play.branch("xa", "01", "action"), Accounts.add(from, -10));
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        assertThatThrownBy(() -> accounts.xa().prepare(play.branch("xa", "02", "action"), connection -> {
                    Accounts.add(to, 10).run(connection);
                    throw new SQLException("the disk is full");
                }))
                .isInstanceOf(SQLException.class);
        Play.success(play.server().abort(play.wire(), play.tx("xa").reason("the disk is full")));
        play.ends("failed", "spsp");
        assertThat(play.reason()).isEqualTo("the disk is full");
        assertThat(List.of(accounts.balance(from), accounts.balance(to))).containsExactly(100, 100);
    }
}
