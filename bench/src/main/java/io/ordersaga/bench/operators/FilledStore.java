package io.ordersaga.bench.operators;

import io.ordersaga.bench.lab.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/// The sagas of a month, written straight into a coordinator's tables: copies of four that it really had, with ids
/// and times as if each had been submitted in its turn. Of 10,000 there are 9,455 that succeeded, 450 that were rolled
/// back, 90 parked, 1 paused, 1 whose compensation fails and 3 that wait for their next attempt. Each has a business
/// key and the journal of its calls, one in ten a tag, and those that did not succeed have trouble of twelve kinds.
public final class FilledStore {
    /// Gids are this and the number of the saga, from 0.
    public static final String PREFIX = "filled-";

    /// Numbers whose sagas are in these states; every 10,000th after them is so, too.
    public static final int SUCCEEDED = 4711;

    public static final int ROLLED_BACK = 7;
    public static final int PARKED = 1045;
    public static final int COMPENSATING = 55;

    private static final int CHUNK = 10_000;
    private static final Duration SPAN = Duration.ofDays(30);
    /// As coordinators make ids: milliseconds since then, above so many other bits.
    private static final Instant IDS_BEGIN = Instant.parse("2025-01-01T00:00:00Z");

    private static final int ID_BITS = 22;

    /// The numbers of one chunk; as many rows as it has sagas.
    private static final String NUMBERS = """
            (SELECT {from} + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
             FROM {digits} a, {digits} b, {digits} c, {digits} e) numbers
            """.replace("{digits}", """
            (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
             UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)""");

    private static final String IS_ROLLED_BACK = "(n % 1000 < 45)";
    private static final String IS_OPEN = "(n % 1000 BETWEEN 45 AND 53 OR n % 10000 BETWEEN 54 AND 58)";
    private static final String IS_PARKED = "n % 1000 BETWEEN 45 AND 53";
    private static final String IS_COMPENSATING = "n % 10000 = 55";
    private static final String IS_SUCCEEDED = "NOT " + IS_ROLLED_BACK + " AND NOT " + IS_OPEN;

    private final Server server;
    private final String schema;
    private final Instant begin;
    private final long stepMillis;
    private final int count;

    /// Sagas that the coordinator has; none of them is changed.
    ///
    /// @param succeeded gid of one that did
    /// @param rolledBack gid of one that was
    /// @param open gid of one that has not ended, after a call that failed
    /// @param compensating gid of one that is rolled back, after a call of a compensation that failed
    public record Originals(String succeeded, String rolledBack, String open, String compensating) {}

    /// A store that is yet to be filled.
    ///
    /// @param count a multiple of 10,000
    public FilledStore(Server server, String schema, int count) {
        if (count <= 0 || count % CHUNK != 0) {
            throw new IllegalArgumentException("count must be a multiple of " + CHUNK + ", not " + count);
        }
        this.server = server;
        this.schema = schema;
        this.count = count;
        this.begin = Instant.ofEpochMilli(Instant.now().minus(SPAN).toEpochMilli());
        this.stepMillis = SPAN.toMillis() / count;
    }

    /// Writes all of them.
    ///
    /// @param progress is told how many there are, after each tenth
    /// @throws IllegalStateException when the tables are other than this class knows them
    public void fill(Originals originals, IntConsumer progress) {
        String copied = columns(
                "saga",
                List.of(
                        "id",
                        "gid",
                        "status",
                        "attempts",
                        "parked_reason",
                        "owner",
                        "next_due",
                        "created",
                        "updated",
                        "finished"));
        String journal = columns("saga_attempt", List.of("saga_id", "id"));
        List<String> statements = new ArrayList<>();
        String forward = IS_OPEN + " AND NOT " + IS_COMPENSATING;
        statements.add(sagas(copied, originals.succeeded(), IS_SUCCEEDED, Map.of()));
        statements.add(sagas(copied, originals.rolledBack(), IS_ROLLED_BACK, Map.of("status", "'FAILED'")));
        statements.add(sagas(copied, originals.open(), forward, OPEN_COLUMNS));
        statements.add(sagas(copied, originals.compensating(), IS_COMPENSATING, OPEN_COLUMNS));
        statements.add(calls(journal, originals.succeeded(), IS_SUCCEEDED));
        statements.add(calls(journal, originals.rolledBack(), IS_ROLLED_BACK));
        statements.add(calls(journal, originals.open(), forward));
        statements.add(calls(journal, originals.compensating(), IS_COMPENSATING));
        statements.add(
                "INSERT INTO saga_label (saga_id, name, value) SELECT {id}, '', CONCAT('order:', n) FROM {numbers}");
        statements.add("INSERT INTO saga_label (saga_id, name, value) SELECT {id}, 'user', n % 1000 FROM {numbers}"
                + " WHERE n % 10 = 7");
        statements.add(
                "INSERT INTO saga_trouble (saga_id, step, op, target, outcome, error, fingerprint, called, failures)"
                        + " SELECT {id}, n % 4, IF(n % 7 = 0, 'compensate', 'action'),"
                        + " CONCAT('http://', ELT(1 + n % 3, 'stock', 'coupon', 'pay'), ':8080/', ELT(1 + n % 2, 'take', 'hold')),"
                        + " 'unknown', CONCAT('HTTP 503: number ', n), LPAD(HEX(n % 12), 16, '0'), {created}, 1 + n % 20"
                        + " FROM {numbers} WHERE " + IS_ROLLED_BACK + " OR " + IS_OPEN);
        try (Connection connection = server.connect(schema);
                Statement statement = connection.createStatement()) {
            prepare(statement);
            for (int from = 0; from < count; from += CHUNK) {
                connection.setAutoCommit(false);
                for (String sql : statements) {
                    var _ = statement.executeUpdate(at(sql, from));
                }
                connection.commit();
                if ((from + CHUNK) % (count / 10) < CHUNK) {
                    progress.accept(from + CHUNK);
                }
            }
            connection.setAutoCommit(true);
            var _ = statement.execute("ANALYZE TABLE saga, saga_label, saga_trouble, saga_attempt");
        } catch (SQLException e) {
            throw new IllegalStateException("the store could not be filled: " + e.getMessage(), e);
        }
    }

    /// What differs between those that are not over. None is due before the bench ends.
    private static final Map<String, String> OPEN_COLUMNS = Map.of(
            "status", "IF(" + IS_COMPENSATING + ", 'ABORTING', 'SUBMITTED')",
            "attempts", "1 + n % 20",
            "parked_reason",
                    "CASE WHEN " + IS_PARKED
                            + " THEN 'too many errors' WHEN n % 10000 = 54 THEN 'paused: for the bench' END",
            "next_due", "IF(" + IS_PARKED + " OR n % 10000 = 54, NULL, UTC_TIMESTAMP(6) + INTERVAL 1 DAY)",
            "finished", "NULL");

    /// Nothing of it is for replicas, and what may be lost is the whole run.
    private static void prepare(Statement statement) throws SQLException {
        var _ = statement.execute("SET SESSION unique_checks = 0");
        try {
            var _ = statement.execute("SET SESSION sql_log_bin = 0");
        } catch (SQLException notAllowed) {
            // Then it is in the binary log, which takes longer.
            return;
        }
    }

    private String at(String sql, int from) {
        String millis = "({first} + n * {step})"
                .replace("{first}", Long.toString(begin.toEpochMilli() - IDS_BEGIN.toEpochMilli()))
                .replace("{step}", Long.toString(stepMillis));
        String created = "(TIMESTAMP'1970-01-01 00:00:00' + INTERVAL ({first} + n * {step}) * 1000 MICROSECOND)"
                .replace("{first}", Long.toString(begin.toEpochMilli()))
                .replace("{step}", Long.toString(stepMillis));
        return sql.replace("{id}", "(" + millis + " * " + (1L << ID_BITS) + " + n)")
                .replace("{millis}", millis)
                .replace("{created}", created)
                .replace("{numbers}", NUMBERS.replace("{from}", Integer.toString(from)));
    }

    private static String sagas(String copied, String original, String where, Map<String, String> changed) {
        String ended = "{created} + INTERVAL (20000 + n * 7919 % 2000000) MICROSECOND";
        List<String> values = List.of(
                changed.getOrDefault("status", "'SUCCEEDED'"),
                changed.getOrDefault("attempts", "0"),
                changed.getOrDefault("parked_reason", "NULL"),
                changed.getOrDefault("next_due", "NULL"),
                changed.getOrDefault("finished", ended));
        return "INSERT INTO saga (id, gid, owner, created, updated, status, attempts, parked_reason, next_due, finished, "
                + copied + ") SELECT {id}, CONCAT('" + PREFIX + "', n), NULL, {created}, " + ended + ", "
                + String.join(", ", values) + ", "
                + copied + " FROM {numbers}, (SELECT * FROM saga WHERE gid = '" + original + "') original WHERE "
                + where;
    }

    /// The ids of calls keep their distance to the id of their saga.
    private static String calls(String copied, String original, String where) {
        return "INSERT INTO saga_attempt (saga_id, id, " + copied + ") SELECT {id}, {id} + call_id - original_id, "
                + copied
                + " FROM {numbers}, (SELECT a.*, a.id AS call_id, s.id AS original_id FROM saga_attempt a JOIN saga s"
                + " ON s.id = a.saga_id WHERE s.gid = '" + original + "') original WHERE " + where;
    }

    private String columns(String table, List<String> without) {
        String names = without.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return server
                .rows(
                        "",
                        "SELECT COLUMN_NAME FROM information_schema.columns WHERE TABLE_SCHEMA = '" + schema
                                + "' AND TABLE_NAME = '" + table + "' AND COLUMN_NAME NOT IN (" + names
                                + ") AND EXTRA NOT LIKE '%GENERATED%' ORDER BY ORDINAL_POSITION")
                .stream()
                .map(List::getFirst)
                .collect(Collectors.joining(", "));
    }
}
