package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.ErrorFingerprint;
import io.ordersaga.coordinator.engine.Labels;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What people find sagas by that is not in their own rows: their labels, and the last call that brought no success.
/// A saga with neither costs nothing here.
final class FoundByTable {

    /// In characters.
    private static final int ERROR_LENGTH_MAX = 1024;

    private static final Set<String> NO_TROUBLE =
            Set.of(new BranchOutcome.Succeeded().word(), Attempt.FORCED, Attempt.SKIPPED);

    private final Connection connection;

    /// The last unsuccessful call of a saga, and how many there were in one batch.
    private record Trouble(Attempt last, int failures) {

        Trouble and(Attempt next) {
            return new Trouble(next, failures + 1);
        }
    }

    FoundByTable(Connection connection) {
        this.connection = connection;
    }

    private static final String LABELS = """
            INSERT INTO saga_label (saga_id, name, value)
            VALUES
            """;

    void insertLabels(List<Write.Fresh> sagas) throws SQLException {
        Sql sql = new Sql(LABELS);
        String separator = "(";
        for (Write.Fresh saga : sagas) {
            Labels labels = saga.labels();
            if (!labels.businessKey().isEmpty()) {
                label(sql.add(separator), saga.sagaId(), "", labels.businessKey());
                separator = ",\n(";
            }
            for (Map.Entry<String, String> tag : labels.tags().entrySet()) {
                label(sql.add(separator), saga.sagaId(), tag.getKey(), tag.getValue());
                separator = ",\n(";
            }
        }
        if (separator.length() > 1) {
            change(sql);
        }
    }

    private static void label(Sql sql, long sagaId, String name, String value) {
        sql.number(sagaId).add(",").text(name).add(",").text(value).add(")");
    }

    private static final String TROUBLE = """
            INSERT INTO saga_trouble (saga_id, step, op, target, outcome, error, fingerprint, called, failures)
            VALUES
            """;

    private static final String NEWER_TROUBLE = """

            ON DUPLICATE KEY UPDATE
              step = VALUES(step),
              op = VALUES(op),
              target = VALUES(target),
              outcome = VALUES(outcome),
              error = VALUES(error),
              fingerprint = VALUES(fingerprint),
              called = VALUES(called),
              failures = saga_trouble.failures + VALUES(failures)
            """;

    /// Keeps of each saga its last call that brought no success.
    void keepTrouble(List<AttemptRow> rows) throws SQLException {
        Map<Long, Trouble> bySaga = new LinkedHashMap<>();
        for (AttemptRow row : rows) {
            for (Attempt attempt : row.attempts()) {
                if (!NO_TROUBLE.contains(attempt.outcome())) {
                    bySaga.merge(attempt.sagaId(), new Trouble(attempt, 1), (before, one) -> before.and(one.last()));
                }
            }
        }
        if (bySaga.isEmpty()) {
            return;
        }
        Sql sql = new Sql(TROUBLE);
        String separator = "(";
        // In the order of their ids, so that two batches lock them in the same order.
        for (Trouble trouble : bySaga.values().stream()
                .sorted(Comparator.comparingLong(each -> each.last().sagaId()))
                .toList()) {
            trouble(sql.add(separator), trouble);
            separator = ",\n(";
        }
        change(sql.add(NEWER_TROUBLE));
    }

    private static void trouble(Sql sql, Trouble trouble) {
        Attempt last = trouble.last();
        String detail = last.detail();
        sql.number(last.sagaId()).add(",").number(last.step());
        sql.add(",").text(last.op().wireName());
        sql.add(",").text(last.target());
        sql.add(",").text(last.outcome());
        sql.add(",").text(cut(detail));
        sql.add(",").text(ErrorFingerprint.of(last.target(), detail));
        sql.add(",").instant(last.started());
        sql.add(",").number(trouble.failures()).add(")");
    }

    /// No character is parted: half of one is none in any database.
    private static String cut(String text) {
        int characters = Math.min(ERROR_LENGTH_MAX, text.codePointCount(0, text.length()));
        return text.substring(0, text.offsetByCodePoints(0, characters));
    }

    private void change(Sql sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int _ = statement.executeUpdate(sql.toString());
        }
    }
}
