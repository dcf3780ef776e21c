package io.ordersaga.audit;

import java.util.List;
import java.util.stream.Stream;

/// I11 and I12: nothing is stuck, and what ran was let in by the barrier in a legal order.
final class SagaRules {
    /// A saga that is open has somebody who works on it, or a time at which somebody will.
    static final Invariant SCHEDULED = new Invariant(
            "I11-saga-scheduled",
            "an open saga is being worked on or due, and nobody is late to take it",
            """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, s.next_due, s.owner, s.retries, s.parked_reason, s.updated
            FROM {saga}.saga s
            WHERE s.status IN ('SUBMITTED', 'ABORTING')
              AND (s.next_due IS NULL OR s.next_due < UTC_TIMESTAMP(6) - INTERVAL {grace} SECOND)
              AND s.updated <= UTC_TIMESTAMP(6) - INTERVAL {grace} SECOND
            """);

    private SagaRules() {}

    static List<Invariant> all() {
        return Stream.concat(
                        Stream.of(SCHEDULED), Stream.of("order", "stock", "coupon", "pay").map(SagaRules::compensated))
                .toList();
    }

    /// The barrier of a compensation always inserts the row of its action too, so that a late action does nothing.
    private static Invariant compensated(String schema) {
        return new Invariant(
                "I12-compensated-" + schema,
                "whoever let a compensation of " + schema + "-service in knows its action",
                """
                SELECT CAST(c.gid AS CHAR) AS gid, CAST(c.branch_id AS CHAR) AS branch_id, c.created_at
                FROM {%1$s}.barrier c
                LEFT JOIN {%1$s}.barrier a
                  ON a.gid = c.gid AND a.branch_id = c.branch_id AND a.op = 'action' AND a.barrier_id = c.barrier_id
                WHERE c.op = 'compensate' AND a.gid IS NULL
                """.formatted(schema));
    }
}
