package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every statement of many rows, on one connection. Rows are given in the order of their ids, so that two batches
/// lock them in the same order.
final class BatchTable {

    /// From so many on, rows that become the same have a statement of their own.
    private static final int ALIKE_MIN = 4;

    private final Connection connection;

    /// What makes two states the same for a statement.
    private record Alike(long epoch, SagaRow.Standing standing, SagaRow.Due due) {}

    BatchTable(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    private static final String INSERT = """
            INSERT INTO saga (
              id, gid, mode, form, definition, digest,
              status, progress, attempts, retries, errors, rejection_reason, rejection_status, parked_reason,
              owner, epoch, next_due, created, updated, finished)
            VALUES
            """;

    void insert(List<Write.Fresh> sagas) throws SQLException {
        Sql sql = new Sql(INSERT);
        String separator = "(";
        for (Write.Fresh saga : sagas) {
            SagaRow.Content content = saga.content();
            sql.add(separator).number(saga.sagaId());
            sql.add(",").bytes(content.gid());
            sql.add(",").text(content.mode());
            sql.add(",").number(saga.standing().form());
            sql.add(",").bytes(content.definition());
            sql.add(",").bytes(content.digest()).add(",");
            standing(sql, saga.standing());
            sql.add(",").maybeText(saga.due().owner()).add(",1,");
            nextDue(sql, saga.due());
            sql.add(",UTC_TIMESTAMP(6),UTC_TIMESTAMP(6),");
            sql.add(saga.due().finished() ? "UTC_TIMESTAMP(6))" : "NULL)");
            separator = ",\n(";
        }
        change(sql);
    }

    private static void standing(Sql sql, SagaRow.Standing standing) {
        sql.text(standing.status());
        sql.add(",").bytes(standing.progress());
        sql.add(",").number(standing.attempts());
        sql.add(",").number(standing.retries());
        sql.add(",").number(standing.errors());
        sql.add(",").maybeText(standing.rejectionReason());
        sql.add(",").maybeBytes(standing.rejectionStatus());
        sql.add(",").maybeText(standing.parkedReason());
    }

    private static void nextDue(Sql sql, SagaRow.Due due) {
        sql.add("UTC_TIMESTAMP(6) + INTERVAL ").maybeNumber(due.delayMicros()).add(" MICROSECOND");
    }

    private static final String NO_STATE = """

            SELECT 0 AS id, 0 AS epoch, '' AS status, X'' AS progress, 0 AS attempts, 0 AS retries, 0 AS errors,
              NULL AS rejection_reason, NULL AS rejection_status, NULL AS parked_reason, 0 AS form,
              NULL AS owner, NULL AS delay, 0 AS is_over
            FROM DUAL WHERE FALSE""";

    /// Most states of a batch say the same, mostly that a saga succeeded.
    ///
    /// A state that comes after the newer one it belongs before changes nothing: its statement may have been kept
    /// up on its way while a later one went past it.
    ///
    /// @return how many rows there were with the given id and epoch, without such
    int update(List<Write.State> states) throws SQLException {
        Map<Alike, List<Write.State>> alike = new LinkedHashMap<>();
        for (Write.State state : states) {
            alike.computeIfAbsent(
                            new Alike(state.lease().epoch(), state.standing(), state.due()), _ -> new ArrayList<>())
                    .add(state);
        }
        int changed = 0;
        List<Write.State> others = new ArrayList<>();
        for (List<Write.State> some : alike.values()) {
            if (some.size() >= ALIKE_MIN || states.size() == 1) {
                changed += updateAlike(some);
            } else {
                others.addAll(some);
            }
        }
        others.sort(Comparator.comparingLong(Write.State::sagaId));
        return others.isEmpty() ? changed : changed + updateEach(others);
    }

    /// The same new state for all of them; the values are written and read once. By their primary key, or rows of
    /// others would be locked.
    private int updateAlike(List<Write.State> states) throws SQLException {
        Write.State one = states.getFirst();
        SagaRow.Standing standing = one.standing();
        Sql sql = new Sql("UPDATE saga FORCE INDEX (PRIMARY)\nSET status = ").text(standing.status());
        sql.add(",\n    progress = ").bytes(standing.progress());
        sql.add(",\n    attempts = ").number(standing.attempts());
        sql.add(",\n    retries = ").number(standing.retries());
        sql.add(",\n    errors = ").number(standing.errors());
        sql.add(",\n    rejection_reason = ").maybeText(standing.rejectionReason());
        sql.add(",\n    rejection_status = ").maybeBytes(standing.rejectionStatus());
        sql.add(",\n    parked_reason = ").maybeText(standing.parkedReason());
        sql.add(",\n    form = ").number(standing.form());
        sql.add(",\n    owner = ").maybeText(one.due().owner());
        sql.add(",\n    next_due = ");
        nextDue(sql, one.due());
        sql.add(",\n    updated = UTC_TIMESTAMP(6)");
        sql.add(",\n    finished = ").add(one.due().finished() ? "UTC_TIMESTAMP(6)" : "NULL");
        sql.add("\nWHERE id IN (");
        String separator = "";
        for (Write.State state : states) {
            sql.add(separator).number(state.sagaId());
            separator = ",";
        }
        sql.add(")\n  AND epoch = ").number(one.lease().epoch());
        sql.add("\n  AND finished IS NULL");
        if (standing.status().equals(SagaStatus.SUBMITTED.name())) {
            sql.add("\n  AND status <> 'ABORTING'");
        }
        if (standing.status().equals(SagaStatus.PREPARED.name())) {
            sql.add("\n  AND status = 'PREPARED'");
        }
        return change(sql);
    }

    /// Joined in this order, so that the given rows lead to the table's rows one by one: whatever else the
    /// optimizer may find cheaper would lock rows of others.
    private int updateEach(List<Write.State> states) throws SQLException {
        Sql rows = new Sql(NO_STATE);
        for (Write.State state : states) {
            rows.add("\nUNION ALL SELECT ").number(state.lease().sagaId());
            rows.add(",").number(state.lease().epoch()).add(",");
            standing(rows, state.standing());
            rows.add(",").number(state.standing().form());
            rows.add(",").maybeText(state.due().owner());
            rows.add(",").maybeNumber(state.due().delayMicros());
            rows.add(state.due().finished() ? ",1" : ",0");
        }
        return change(new Sql("""
                    UPDATE (%s
                    ) AS given
                    STRAIGHT_JOIN saga ON saga.id = given.id AND saga.epoch = given.epoch
                    SET saga.status = given.status,
                        saga.progress = given.progress,
                        saga.attempts = given.attempts,
                        saga.retries = given.retries,
                        saga.errors = given.errors,
                        saga.rejection_reason = given.rejection_reason,
                        saga.rejection_status = given.rejection_status,
                        saga.parked_reason = given.parked_reason,
                        saga.form = given.form,
                        saga.owner = given.owner,
                        saga.next_due = UTC_TIMESTAMP(6) + INTERVAL given.delay MICROSECOND,
                        saga.updated = UTC_TIMESTAMP(6),
                        saga.finished = IF(given.is_over, UTC_TIMESTAMP(6), NULL)
                    WHERE saga.finished IS NULL
                      AND NOT (saga.status = 'ABORTING' AND given.status = 'SUBMITTED')
                      AND NOT (saga.status <> 'PREPARED' AND given.status = 'PREPARED')
                    """.formatted(rows)));
    }

    int renew(List<Lease> leases, long leaseMicros) throws SQLException {
        return change(new Sql("""
                    UPDATE (%s
                    ) AS given
                    STRAIGHT_JOIN saga ON saga.id = given.id AND saga.epoch = given.epoch
                    SET saga.next_due = UTC_TIMESTAMP(6) + INTERVAL %d MICROSECOND
                    WHERE saga.owner IS NOT NULL
                    """.formatted(rows(leases), leaseMicros)));
    }

    /// The owner stays: whoever claims the saga next sees that it was left in the middle of its work. The epoch
    /// rises, so that a write of the old owner that is still under way changes nothing.
    int handOver(List<Lease> leases) throws SQLException {
        return change(new Sql("""
                    UPDATE (%s
                    ) AS given
                    STRAIGHT_JOIN saga ON saga.id = given.id AND saga.epoch = given.epoch
                    SET saga.next_due = UTC_TIMESTAMP(6),
                        saga.epoch = saga.epoch + 1
                    WHERE saga.owner IS NOT NULL
                    """.formatted(rows(leases))));
    }

    private static Sql rows(List<Lease> leases) {
        Sql rows = new Sql("");
        String start = "\nSELECT %d AS id, %d AS epoch";
        for (Lease lease : leases) {
            rows.add(start.formatted(lease.sagaId(), lease.epoch()));
            start = "\nUNION ALL SELECT %d, %d";
        }
        return rows;
    }

    /// Which of the leases are those of the table.
    ///
    /// @param evenIfLetGo whether a saga that nobody works on counts, as long as nobody has worked on it since
    Set<Lease> held(List<Lease> leases, boolean evenIfLetGo) throws SQLException {
        Sql ids = new Sql("");
        String separator = "";
        for (Lease lease : leases) {
            ids.add(separator).number(lease.sagaId());
            separator = ",";
        }
        Set<Lease> held = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                    SELECT id, epoch
                    FROM saga
                    WHERE id IN (%s)
                      AND (owner IS NOT NULL OR %b)
                    """.formatted(ids, evenIfLetGo))) {
            while (row.next()) {
                held.add(new Lease(row.getLong("id"), row.getLong("epoch")));
            }
        }
        held.retainAll(Set.copyOf(leases));
        return held;
    }

    /// By gid.
    Map<Bytes, SagaRow.Known> known(List<Write.Fresh> sagas) throws SQLException {
        Sql gids = new Sql("");
        String separator = "";
        for (Write.Fresh saga : sagas) {
            gids.add(separator).bytes(saga.content().gid());
            separator = ",";
        }
        Map<Bytes, SagaRow.Known> known = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                    SELECT id, gid, status, digest, owner, epoch
                    FROM saga
                    WHERE gid IN (%s)
                    """.formatted(gids))) {
            while (row.next()) {
                known.put(
                        Bytes.of(row.getBytes("gid")),
                        new SagaRow.Known(
                                row.getLong("id"),
                                row.getString("status"),
                                Bytes.of(row.getBytes("digest")),
                                Optional.ofNullable(row.getString("owner")),
                                row.getLong("epoch")));
            }
        }
        return known;
    }

    private static final String JOURNAL = """
            INSERT INTO saga_attempt (
              saga_id, id, step, op, attempt, started, took_micros, node, target, outcome, detail, trace_id,
              more)
            VALUES
            """;

    /// Rows that are there already stay as they are: the batch may be one that was committed without an answer.
    void insertAttempts(List<AttemptRow> attempts) throws SQLException {
        Sql sql = new Sql(JOURNAL);
        String separator = "(";
        for (AttemptRow row : attempts) {
            Attempt attempt = row.first();
            sql.add(separator).number(attempt.sagaId());
            sql.add(",").number(row.id());
            sql.add(",").number(attempt.step());
            sql.add(",").text(attempt.op().wireName());
            sql.add(",").number(attempt.attempt());
            sql.add(",").instant(attempt.started());
            sql.add(",").number(attempt.took().toNanos() / 1_000);
            sql.add(",").text(attempt.node());
            sql.add(",").text(attempt.target());
            sql.add(",").text(attempt.outcome());
            sql.add(",").text(attempt.detail());
            sql.add(",").maybeText(attempt.traceId()).add(",");
            if (row.more().isEmpty()) {
                sql.add("NULL)");
            } else {
                sql.text(MoreAttempts.text(row.more())).add(")");
            }
            separator = ",\n(";
        }
        change(sql.add("\nON DUPLICATE KEY UPDATE id = saga_attempt.id"));
    }

    private static final String PARK = """
            UPDATE saga
            SET parked_reason = ?,
                next_due = NULL,
                updated = UTC_TIMESTAMP(6)
            WHERE id = ?
              AND epoch = ?
            """;

    /// The owner stays: whoever goes on with the saga sees that it was left in the middle of its work.
    void park(Lease lease, String reason) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARK)) {
            statement.setString(1, reason);
            statement.setLong(2, lease.sagaId());
            statement.setLong(3, lease.epoch());
            statement.executeUpdate();
        }
    }

    private int change(Sql sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Braces are braces, also for the driver.
            statement.setEscapeProcessing(false);
            return statement.executeUpdate(sql.toString());
        }
    }
}
