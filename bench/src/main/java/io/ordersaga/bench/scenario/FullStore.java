package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// A store that holds the finished sagas of a long time.
public final class FullStore implements Scenario {
    private static final int CALLERS = 64;
    private static final int CHUNK = 10_000;
    private static final double MILLIS_MAX = 100;
    private static final double SHARE = 0.9;
    private static final String DIGIT =
            "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL "
                    + "SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";

    /// What a coordinator asks and locks when it claims, word for word (`SagaTable`), with its batch
    /// of 100; played by us, so that it can be timed alone.
    private static final String IS_ANY_DUE = """
            SELECT EXISTS (
              SELECT 1
              FROM saga
              WHERE next_due <= UTC_TIMESTAMP(6)
                AND form <= 2)
            """;

    private static final String LOCK_DUE = """
            SELECT id, gid, mode, form, definition, digest,
                   status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
                   owner, epoch, next_due, created, updated, finished,
                   TIMESTAMPDIFF(MICROSECOND, created, UTC_TIMESTAMP(6)) AS age_micros
            FROM saga
            WHERE next_due <= UTC_TIMESTAMP(6)
              AND form <= 2
            ORDER BY next_due
            LIMIT 100
            FOR UPDATE SKIP LOCKED
            """;

    @Override
    public String name() {
        return "full";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        int count = bench.pace().finishedSagas();
        bench.report().progress("throughput before the store is filled");
        Sagas before = sagas(bench);
        Measured empty = ClosedLoop.run(CALLERS, bench.pace().storeRound(), before);
        bench.report().progress("filling the store with " + count + " finished sagas");
        fill(bench, before.prefix() + "-0", count);
        Sagas after = sagas(bench);
        var _ = ClosedLoop.run(CALLERS, bench.pace().shortWarmUp(), after);
        Measured full = ClosedLoop.run(CALLERS, bench.pace().storeRound(), after);
        Measured queries = query(bench, count);
        Measured claims = ClosedLoop.times(1, bench.pace().queries(), () -> claim(bench));
        String beside = " beside %,d finished".formatted(count);
        bench.report().add(name(), Figure.printed("sagas at 64 callers before", empty.text()));
        bench.report().add(name(), Figure.printed("sagas at 64 callers" + beside, full.text()));
        bench.report()
                .add(
                        name(),
                        Figure.atLeast(
                                "throughput, share of before" + beside,
                                full.perSecond() / empty.perSecond(),
                                SHARE,
                                ""));
        bench.report().add(name(), Figure.atMost("query by gid p95" + beside, queries.millis(95), MILLIS_MAX, "ms"));
        bench.report().add(name(), Figure.atMost("claim statement p95" + beside, claims.millis(95), MILLIS_MAX, "ms"));
        var _ = bench.auditCalls(name(), before);
        var _ = bench.auditCalls(name(), after);
    }

    private Sagas sagas(Bench bench) {
        return bench.doingNothing(name());
    }

    /// Copies of one saga that ended, under gids `filled-0`, `filled-1`, ...
    static void fill(Bench bench, String original, int count) {
        List<String> others = bench
                .database()
                .rows(
                        "",
                        "SELECT COLUMN_NAME FROM information_schema.columns WHERE TABLE_SCHEMA = '" + Bench.SCHEMA
                                + "' AND TABLE_NAME = 'saga' AND COLUMN_NAME NOT IN ('id', 'gid')"
                                + " AND EXTRA NOT LIKE '%GENERATED%'")
                .stream()
                .map(List::getFirst)
                .toList();
        String columns = others.stream().collect(Collectors.joining(", "));
        String values = others.stream().map(column -> "s." + column).collect(Collectors.joining(", "));
        try (Connection connection = bench.database().connect(Bench.SCHEMA);
                Statement statement = connection.createStatement()) {
            for (int chunk = 0; chunk < count / CHUNK; chunk++) {
                String number = chunk * CHUNK + " + a.d + 10 * b.d + 100 * c.d + 1000 * e.d";
                statement.executeUpdate("INSERT INTO saga (id, gid, " + columns + ") SELECT 1 + " + number
                        + ", CONCAT('filled-', " + number + "), " + values + " FROM saga s, " + DIGIT + " a, " + DIGIT
                        + " b, " + DIGIT + " c, " + DIGIT + " e WHERE s.gid = '" + original + "'");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the store could not be filled: " + e.getMessage(), e);
        }
    }

    private static Measured query(Bench bench, int count) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return ClosedLoop.times(1, bench.pace().queries(), () -> {
                String gid = "filled-" + ThreadLocalRandom.current().nextInt(count);
                HttpRequest request = HttpRequest.newBuilder(
                                bench.coordinator().http().resolve("/api/dtmsvr/query?gid=" + gid))
                        .build();
                HttpResponse<String> answer = Http.send(client, request);
                if (answer.statusCode() != 200 || !answer.body().contains(gid)) {
                    throw new IllegalStateException(answer.body());
                }
            });
        }
    }

    private static void claim(Bench bench) {
        try (Connection connection = bench.database().connect(Bench.SCHEMA);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            var _ = statement.executeQuery(IS_ANY_DUE).next();
            var _ = statement.executeQuery(LOCK_DUE).next();
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
