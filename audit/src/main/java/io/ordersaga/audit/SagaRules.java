package io.ordersaga.audit;

import java.util.List;
import java.util.stream.Stream;

/// I11 and I12: nothing is stuck, and what ran was let in by the barrier in a legal order.
final class SagaRules {
    /// A saga that is open has somebody who works on it, or a time at which somebody will.
    static final Invariant SCHEDULED = new Invariant(
            "I11-saga-scheduled", "an open saga is being worked on or due, and nobody is late to take it", """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, s.next_due, s.owner, s.retries, s.parked_reason, s.updated
            FROM {saga}.saga s
            WHERE s.status IN ('SUBMITTED', 'ABORTING')
              AND (s.next_due IS NULL OR s.next_due < UTC_TIMESTAMP(6) - INTERVAL {grace} SECOND)
              AND s.updated <= UTC_TIMESTAMP(6) - INTERVAL {grace} SECOND
            """);

    static final Invariant PLACED = new Invariant(
            "I12-saga-place", "a placement that succeeded left an order, and one that failed a rejected one", """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, o.state, s.finished
            FROM {saga}.saga s
            LEFT JOIN {order}.orders o ON o.order_id = CONVERT(SUBSTRING(s.gid, 7) USING ascii) COLLATE ascii_bin
            WHERE s.gid LIKE 'place-%'
              AND ((s.status = 'SUCCEEDED' AND (o.order_id IS NULL OR o.state IN ('PLACING', 'REJECTED')))
                OR (s.status = 'FAILED' AND o.state <> 'REJECTED'))
            """);

    static final Invariant PAID = new Invariant("I12-saga-paid", "an order whose payment was told of is paid", """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, p.order_id, o.state, s.finished
            FROM {saga}.saga s
            LEFT JOIN {pay}.payment p ON p.payment_id = CONVERT(SUBSTRING(s.gid, 6) USING ascii) COLLATE ascii_bin
            LEFT JOIN {order}.orders o ON o.order_id = p.order_id
            WHERE s.gid LIKE 'paid-%'
              AND (s.status = 'FAILED'
                OR (s.status = 'SUCCEEDED'
                    AND (o.order_id IS NULL OR o.state NOT IN ('PAID', 'SHIPPED', 'COMPLETED', 'REFUNDING', 'REFUNDED'))))
            """);

    static final Invariant CANCELLED =
            new Invariant("I12-saga-cancel", "a cancellation that succeeded left a cancelled order", """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, o.state, s.finished
            FROM {saga}.saga s
            LEFT JOIN {order}.orders o
              ON o.order_id = CONVERT(SUBSTRING(s.gid, 8, LENGTH(s.gid) - 8 - LENGTH(SUBSTRING_INDEX(s.gid, '-', -1)))
                  USING ascii) COLLATE ascii_bin
            WHERE s.gid LIKE 'cancel-%'
              AND s.status = 'SUCCEEDED'
              AND (o.order_id IS NULL OR o.state <> 'CANCELLED')
            """);

    static final Invariant REFUNDED = new Invariant("I12-saga-refund", "a refund ended as its saga did", """
            SELECT CAST(s.gid AS CHAR) AS gid, s.status, r.state, s.finished
            FROM {saga}.saga s
            LEFT JOIN {order}.order_refund r ON r.refund_id = CONVERT(SUBSTRING(s.gid, 8) USING ascii) COLLATE ascii_bin
            WHERE s.gid LIKE 'refund-%'
              AND ((s.status = 'SUCCEEDED' AND (r.refund_id IS NULL OR r.state <> 'SUCCEEDED'))
                OR (s.status = 'FAILED' AND r.state <> 'FAILED'))
            """);

    private SagaRules() {}

    static List<Invariant> all() {
        return Stream.concat(
                        Stream.of(SCHEDULED, PLACED, PAID, CANCELLED, REFUNDED),
                        Stream.of("order", "stock", "coupon", "pay").map(SagaRules::compensated))
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
