package io.ordersaga.audit;

import java.util.List;

/// I10, I11 and I14: an order adds up, does not stay under way, and came to where it is on a legal path.
final class OrderRules {
    static final Invariant TOTALS = new Invariant(
            "I10-totals",
            "an order's total and discount are the sums of its lines, and the discount is at most the total",
            """
            SELECT o.order_id, o.total_minor, l.total_minor AS of_lines, o.discount_minor,
                   l.discount_minor AS discount_of_lines, o.update_time
            FROM {order}.orders o
            LEFT JOIN (
                SELECT order_id, SUM(unit_price_minor * quantity) AS total_minor, SUM(discount_minor) AS discount_minor
                FROM {order}.order_lines
                GROUP BY order_id
            ) l ON l.order_id = o.order_id
            WHERE l.order_id IS NULL
               OR l.total_minor <> o.total_minor
               OR l.discount_minor <> o.discount_minor
               OR o.discount_minor < 0
               OR o.discount_minor > o.total_minor
            """);

    static final Invariant MOVING = new Invariant(
            "I11-order-moving", "an order that is being placed, cancelled or refunded has an open saga", """
            SELECT o.order_id, o.state, o.update_time, o.submit_time
            FROM {order}.orders o
            WHERE o.state IN ('PLACING', 'CANCELLING', 'REFUNDING')
              AND o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND o.submit_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant REFUND_MOVING =
            new Invariant("I11-refund-moving", "a refund that is pending has an open saga", """
            SELECT r.refund_id, r.order_id, r.amount_minor, r.update_time, r.submit_time
            FROM {order}.order_refund r
            WHERE r.state = 'PENDING'
              AND r.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND r.submit_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND r.order_id NOT IN {busy}
            """);

    /// Five minutes more than the grace: the timer takes so many at a time.
    static final Invariant EXPIRED =
            new Invariant("I11-unpaid-expired", "an order that was not paid in time is being cancelled", """
            SELECT o.order_id, o.expire_time, o.update_time
            FROM {order}.orders o
            WHERE o.state = 'AWAITING_PAYMENT'
              AND o.expire_time < UTC_TIMESTAMP(3) - INTERVAL {grace} + 300 SECOND
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant STEPS = new Invariant(
            "I14-timeline-steps",
            "every event of an order begins where the one before ended, and is a legal step",
            """
            SELECT e.order_id, e.seq, e.type, e.state_before, e.from_state, e.to_state, e.event_time
            FROM (
                SELECT order_id, seq, type, from_state, to_state, event_time,
                       LAG(to_state) OVER (PARTITION BY order_id ORDER BY seq) AS state_before
                FROM {order}.order_event
            ) e
            WHERE (e.state_before IS NULL AND e.from_state IS NULL AND e.to_state <> 'PLACING')
               OR (e.state_before IS NOT NULL AND (e.from_state IS NULL OR e.from_state <> e.state_before))
               OR (e.from_state <> e.to_state AND CONCAT(e.from_state, ' ', e.to_state) NOT IN (
                   'PLACING AWAITING_PAYMENT', 'PLACING REJECTED', 'PLACING PAID',
                   'AWAITING_PAYMENT PAID', 'AWAITING_PAYMENT CANCELLING',
                   'CANCELLING CANCELLED', 'CANCELLING AWAITING_PAYMENT', 'CANCELLING PAID',
                   'PAID SHIPPED', 'SHIPPED COMPLETED',
                   'PAID REFUNDING', 'SHIPPED REFUNDING', 'COMPLETED REFUNDING',
                   'REFUNDING REFUNDED', 'REFUNDING PAID', 'REFUNDING SHIPPED', 'REFUNDING COMPLETED'))
            """);

    /// Orders from before there were timelines were placed by the first definition, and may have none.
    static final Invariant END =
            new Invariant("I14-timeline-end", "the last event of an order is how it came to its state", """
            SELECT o.order_id, o.state, o.version, e.to_state, e.seq
            FROM {order}.orders o
            LEFT JOIN {order}.order_event e
              ON e.order_id = o.order_id
             AND e.seq = (SELECT MAX(m.seq) FROM {order}.order_event m WHERE m.order_id = o.order_id)
            WHERE (e.order_id IS NULL AND o.saga_definition <> 'place/1')
               OR e.to_state <> o.state
            """);

    static final Invariant REFUNDED = new Invariant(
            "I8-order-refunds", "what an order was refunded is the sum of its refunds that succeeded", """
            SELECT o.order_id, o.state, o.refunded_minor, COALESCE(r.amount_minor, 0) AS of_refunds
            FROM {order}.orders o
            LEFT JOIN (
                SELECT order_id, SUM(amount_minor) AS amount_minor
                FROM {order}.order_refund
                WHERE state = 'SUCCEEDED'
                GROUP BY order_id
            ) r ON r.order_id = o.order_id
            WHERE o.refunded_minor <> COALESCE(r.amount_minor, 0)
               OR o.refunded_minor > o.total_minor - o.discount_minor
               OR (o.state = 'REFUNDED' AND o.refunded_minor <> o.total_minor - o.discount_minor)
            """);

    private OrderRules() {}

    static List<Invariant> all() {
        return List.of(TOTALS, MOVING, REFUND_MOVING, EXPIRED, STEPS, END, REFUNDED);
    }
}
