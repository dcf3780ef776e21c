package io.ordersaga.bench.chaos;

import io.ordersaga.bench.chaos.Buyers.Known;
import io.ordersaga.bench.lab.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The audit: what the store, the participants' books and the clients' memories say must be one story.
final class Books {
    private static final int STEPS = 4;

    private final Server server;
    private final String sagaSchema;
    private final List<String> books;
    private final List<Violation> violations = new ArrayList<>();

    /// One broken promise.
    ///
    /// @param count of sagas or rows that break it
    /// @param example one of them
    record Violation(Harm kind, String promise, long count, String example) {
        /// What the result line counts.
        enum Harm {
            LOST,
            DOUBLED,
            STUCK,
            WRONG
        }
    }

    /// @param sagas schema of the coordinators
    /// @param books schemas of the participants, each of which has every second step
    Books(Server server, String sagas, List<String> books) {
        this.server = server;
        this.sagaSchema = sagas;
        this.books = List.copyOf(books);
    }

    /// Reads everything; to be called when nothing runs any more.
    ///
    /// @return what is wrong, empty when nothing is
    List<Violation> audit(Map<String, Known> clients, List<String> contradicted, List<String> changed) {
        Map<String, String> sagas = new HashMap<>();
        server.rows(sagaSchema, "SELECT CAST(gid AS CHAR), LOWER(status) FROM saga")
                .forEach(row -> sagas.put(row.getFirst(), row.getLast()));
        clients(clients, sagas);
        note(Violation.Harm.WRONG, "a client is told one end only", contradicted);
        note(Violation.Harm.DOUBLED, "an end is final (I7)", changed);
        note(
                Violation.Harm.STUCK,
                "every saga ends (I2)",
                query(sagaSchema, "SELECT CAST(gid AS CHAR), status FROM saga WHERE finished IS NULL"));
        for (int book = 0; book < books.size(); book++) {
            effects(books.get(book), book, sagas);
        }
        return List.copyOf(violations);
    }

    /// What a client was told is so.
    private void clients(Map<String, Known> clients, Map<String, String> sagas) {
        List<String> lost = new ArrayList<>();
        List<String> untrue = new ArrayList<>();
        clients.forEach((gid, known) -> {
            String status = sagas.get(gid);
            if (status == null) {
                if (known != Known.UNKNOWN) {
                    lost.add(gid + " " + known);
                }
            } else if ((known == Known.SUCCEEDED && !succeeded(status))
                    || (known == Known.ROLLED_BACK && succeeded(status))) {
                untrue.add(gid + " is " + status + ", its client was told " + known);
            }
        });
        note(Violation.Harm.LOST, "what was acknowledged is in the store (I1)", lost);
        note(Violation.Harm.WRONG, "what a client was told is so (I11)", untrue);
    }

    private static final String TWICE = """
            SELECT CAST(gid AS CHAR), CAST(branch_id AS CHAR), CAST(op AS CHAR), COUNT(*)
            FROM effect
            GROUP BY gid, branch_id, op
            HAVING COUNT(*) > 1
            """;
    private static final String WITHOUT_BARRIER = """
            SELECT CAST(e.gid AS CHAR), CAST(e.branch_id AS CHAR), CAST(e.op AS CHAR)
            FROM effect e
            LEFT JOIN barrier b ON b.gid = e.gid AND b.branch_id = e.branch_id AND b.op = e.op AND b.reason = e.op
            WHERE b.gid IS NULL
            """;
    /// An operation whose barrier row is its own has taken effect, except a compensation that found nothing to undo.
    private static final String WITHOUT_EFFECT = """
            SELECT CAST(b.gid AS CHAR), CAST(b.branch_id AS CHAR), CAST(b.op AS CHAR)
            FROM barrier b
            LEFT JOIN effect e ON e.gid = b.gid AND e.branch_id = b.branch_id AND e.op = b.op
            WHERE e.gid IS NULL AND b.op = b.reason
              AND NOT EXISTS (
                SELECT 1 FROM barrier o
                WHERE o.gid = b.gid AND o.branch_id = b.branch_id AND o.op = 'action' AND o.reason = 'compensate')
            """;
    private static final String NOT_CONSERVED = """
            SELECT a.id, a.initial, a.available, COALESCE(SUM(e.amount), 0)
            FROM account a
            LEFT JOIN effect e ON e.account = a.id
            GROUP BY a.id, a.initial, a.available
            HAVING a.initial <> a.available + COALESCE(SUM(e.amount), 0) OR a.available < 0
            """;
    private static final String NET = """
            SELECT CAST(gid AS CHAR), CAST(branch_id AS CHAR),
                   SUM(op = 'action'), SUM(op = 'compensate'), SUM(amount)
            FROM effect
            GROUP BY gid, branch_id
            """;

    private void effects(String schema, int book, Map<String, String> sagas) {
        note(Violation.Harm.DOUBLED, schema + ": an effect is applied once (I4)", query(schema, TWICE));
        note(Violation.Harm.WRONG, schema + ": an effect has its barrier row (I4)", query(schema, WITHOUT_BARRIER));
        note(Violation.Harm.WRONG, schema + ": a barrier row has its effect (I4)", query(schema, WITHOUT_EFFECT));
        note(Violation.Harm.WRONG, schema + ": nothing is made or lost (I5, I6)", query(schema, NOT_CONSERVED));
        List<String> partial = new ArrayList<>();
        Map<String, Integer> applied = new HashMap<>();
        for (List<String> row : server.rows(schema, NET)) {
            String status = sagas.getOrDefault(row.getFirst(), "missing");
            long actions = Long.parseLong(row.get(2));
            long compensations = Long.parseLong(row.get(3));
            boolean whole = succeeded(status)
                    ? actions == 1 && compensations == 0
                    : !status.equals("failed") || row.get(4).equals("0");
            if (!whole || status.equals("missing")) {
                partial.add(row + " of a saga that is " + status);
            }
            applied.merge(row.getFirst(), 1, Integer::sum);
        }
        sagas.forEach((gid, status) -> {
            int expected = STEPS / books.size();
            if (succeeded(status) && applied.getOrDefault(gid, 0) != expected) {
                partial.add(gid + " succeeded with " + applied.getOrDefault(gid, 0) + " effects in book " + book);
            }
        });
        note(Violation.Harm.WRONG, schema + ": all branches or none (I3)", partial);
    }

    private static boolean succeeded(String status) {
        return status.startsWith("succe");
    }

    private List<String> query(String schema, String sql) {
        return server.rows(schema, sql).stream().map(Object::toString).toList();
    }

    private void note(Violation.Harm kind, String promise, List<String> breaking) {
        if (!breaking.isEmpty()) {
            violations.add(new Violation(kind, promise, breaking.size(), breaking.getFirst()));
        }
    }
}
