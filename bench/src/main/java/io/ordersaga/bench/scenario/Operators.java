package io.ordersaga.bench.scenario;

import io.grpc.ManagedChannel;
import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What operators ask of a store that holds the finished sagas of a long time, and some that do not get on.
public final class Operators implements Scenario {
    private static final double MILLIS_MAX = 300;
    private static final double STATEMENTS_MAX = 10;
    private static final int QUESTIONS = 40;
    private static final int PAGES = 20;
    private static final Duration REFRESH = Duration.ofSeconds(2);
    private static final int WAITING = 2_000;

    /// Each is another way to the rows, or the lack of one.
    private static final List<String> FILTERS = List.of(
            "",
            "status=succeeded",
            "status=succeeded,failed",
            "status=submitted,aborting",
            "parked=true",
            "gid=filled-77*",
            "gid=filled-777",
            "key=order:4711",
            "key=order:47*",
            "tag:user=7",
            "created>-1h",
            "duration>1h",
            "attempts>=5",
            "mode=tcc",
            "error~\"number 9\"",
            "target~stock",
            "fingerprint=00000000000000ff",
            "reason~\"never said\"",
            "finished<2020-01-01",
            "status=succeeded duration>1h tag:user=7 note~ticket");

    @Override
    public String name() {
        return "operators";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        int count = bench.pace().finishedSagas();
        Sagas original = bench.doingNothing(name());
        var _ = ClosedLoop.run(1, bench.pace().shortWarmUp(), original);
        bench.report().progress("filling the store with " + count + " finished sagas and what they are found by");
        FullStore.fill(bench, original.prefix() + "-0", count);
        findable(bench);
        CoordinatorProcess desk = bench.startCoordinator(
                "operators",
                Bench.SCHEMA,
                false,
                Map.of("SPRING_PROFILES_ACTIVE", "dev", "ORDERSAGA_COORDINATOR_ADMIN_ACCESS_ENFORCED", "false"));
        try (Channels channels = new Channels(desk.settings().grpcPort())) {
            String beside = " beside %,d finished".formatted(count);
            for (String filter : FILTERS) {
                ask(bench, "list [" + filter + "]" + beside, () -> list(channels.next(), filter));
            }
            for (String filter : List.of("", "status=succeeded", "tag:user=7", "error~\"number 9\"")) {
                ask(bench, "count [" + filter + "]" + beside, () -> count(channels.next(), filter));
            }
            ask(bench, "one transaction" + beside, () -> get(channels.next()));
            ask(bench, "overview" + beside, () -> overview(channels.next()));
            ask(bench, "attention" + beside, () -> attention(channels.next()));
            ask(bench, "tables" + beside, () -> tables(channels.next()));
            openPages(bench, channels, beside);
        } finally {
            var _ = desk.stop();
            empty(bench);
        }
        var _ = bench.auditCalls(name(), original);
    }

    private void ask(Bench bench, String what, Runnable question) {
        question.run();
        Measured measured = ClosedLoop.times(1, QUESTIONS, question::run);
        bench.report().add(name(), Figure.atMost(what + ", p95", measured.millis(95), MILLIS_MAX, "ms"));
    }

    /// Pages that refresh the overview and the attention queue now and then.
    private void openPages(Bench bench, Channels channels, String beside) {
        long idle = statementsWhile(
                bench, () -> LockSupport.parkNanos(bench.pace().idle().toNanos()));
        long asked = statementsWhile(
                bench,
                () -> ClosedLoop.run(PAGES, bench.pace().idle(), () -> {
                    overview(channels.next());
                    attention(channels.next());
                    LockSupport.parkNanos(REFRESH.toNanos());
                }));
        double perSecond =
                Math.max(0, asked - idle) / (double) bench.pace().idle().toSeconds();
        bench.report()
                .add(name(), Figure.atMost("statements of 20 open pages" + beside, perSecond, STATEMENTS_MAX, "/s"));
    }

    private static long statementsWhile(Bench bench, Runnable work) {
        DatabaseCost before = DatabaseCost.now(bench.database());
        work.run();
        return DatabaseCost.now(bench.database()).minus(before).statements();
    }

    private static TransactionServiceGrpc.TransactionServiceBlockingStub transactions(ManagedChannel channel) {
        return TransactionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static void list(ManagedChannel channel, String filter) {
        var _ = transactions(channel)
                .listTransactions(
                        ListTransactionsRequest.newBuilder().setFilter(filter).build());
    }

    private static void count(ManagedChannel channel, String filter) {
        var _ = transactions(channel)
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
    }

    private static void get(ManagedChannel channel) {
        var _ = transactions(channel)
                .getTransaction(
                        GetTransactionRequest.newBuilder().setGid("filled-4711").build());
        var _ = transactions(channel)
                .listAttempts(
                        ListAttemptsRequest.newBuilder().setGid("filled-4711").build());
    }

    private static void overview(ManagedChannel channel) {
        var _ = transactions(channel).getOverview(GetOverviewRequest.getDefaultInstance());
    }

    private static void attention(ManagedChannel channel) {
        var _ = transactions(channel).listAttentionGroups(ListAttentionGroupsRequest.getDefaultInstance());
    }

    private static void tables(ManagedChannel channel) {
        var _ = RetentionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .getTables(GetTablesRequest.getDefaultInstance());
    }

    /// Business keys for all, tags for some, trouble for one in a hundred, and some that are parked.
    private static void findable(Bench bench) {
        execute(
                bench,
                "INSERT INTO saga_label (saga_id, name, value) SELECT id, '', CONCAT('order:', id) FROM saga"
                        + " WHERE gid LIKE 'filled-%'",
                "INSERT INTO saga_label (saga_id, name, value) SELECT id, 'user', id % 1000 FROM saga"
                        + " WHERE gid LIKE 'filled-%' AND id % 10 = 7",
                "INSERT INTO saga_trouble (saga_id, step, op, target, outcome, error, fingerprint, called, failures)"
                        + " SELECT id, 0, 'action', CONCAT('http://stock-', id % 3, ':80/stock/deduct'), 'unknown',"
                        + " CONCAT('HTTP 503: number ', id), LPAD(HEX(id % 256), 16, '0'), created, 1 FROM saga"
                        + " WHERE gid LIKE 'filled-%' AND id % 100 = 1",
                "UPDATE saga SET status = 'SUBMITTED', finished = NULL, attempts = 20, parked_reason = 'too many errors'"
                        + " WHERE gid LIKE 'filled-%' AND id % 100 = 1 ORDER BY id DESC LIMIT " + WAITING,
                "ANALYZE TABLE saga, saga_label, saga_trouble");
    }

    /// For the scenarios that come behind.
    private static void empty(Bench bench) {
        execute(
                bench,
                "TRUNCATE TABLE saga_label",
                "TRUNCATE TABLE saga_trouble",
                "DELETE FROM saga WHERE gid LIKE 'filled-%'");
    }

    private static void execute(Bench bench, String... statements) {
        try (Connection connection = bench.database().connect(Bench.SCHEMA);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                var _ = statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the store could not be prepared: " + e.getMessage(), e);
        }
    }
}
