package io.ordersaga.audit;

import java.util.List;

/// I6 to I9: every order has the one payment that it needs, and no money is lost between order, payment and provider.
final class PaymentRules {
    static final Invariant AMOUNT = new Invariant(
            "I6-payment-amount",
            "an order that can be, is or was to be paid has one payment, over what is to be paid, of its buyer",
            """
            SELECT o.order_id, o.state, o.total_minor - o.discount_minor AS payable_minor, o.currency,
                   p.payment_id, p.amount_minor, p.currency AS payment_currency
            FROM {order}.orders o
            LEFT JOIN {pay}.payment p ON p.order_id = o.order_id
            WHERE ((p.order_id IS NULL AND o.state NOT IN ('PLACING', 'REJECTED'))
                OR p.amount_minor <> o.total_minor - o.discount_minor
                OR p.currency <> o.currency
                OR p.user_id <> o.user_id)
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant ORDER = new Invariant("I6-payment-order", "a payment belongs to an order", """
            SELECT p.payment_id, p.order_id, p.state, p.create_time
            FROM {pay}.payment p
            LEFT JOIN {order}.orders o ON o.order_id = p.order_id
            WHERE o.order_id IS NULL
            """);

    /// A payment of an order that is being placed is open before the order says so.
    static final Invariant STATES = new Invariant(
            "I7-states", "an order and its payment agree whether it is open, paid, refunded or closed", """
            SELECT o.order_id, o.state, p.payment_id, p.state AS payment_state, o.update_time,
                   p.update_time AS payment_update_time
            FROM {order}.orders o
            JOIN {pay}.payment p ON p.order_id = o.order_id
            WHERE NOT CASE o.state
                    WHEN 'PLACING' THEN TRUE
                    WHEN 'AWAITING_PAYMENT' THEN p.state IN ('PENDING', 'PROCESSING')
                    WHEN 'CANCELLING' THEN TRUE
                    WHEN 'REJECTED' THEN p.state NOT IN ('PENDING', 'PROCESSING')
                        AND p.captured_minor = p.refunded_minor + p.refunding_minor
                    WHEN 'CANCELLED' THEN p.state NOT IN ('PENDING', 'PROCESSING')
                        AND p.captured_minor = p.refunded_minor + p.refunding_minor
                    WHEN 'REFUNDING' THEN p.state IN ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED')
                    WHEN 'REFUNDED' THEN p.state = 'REFUNDED'
                    ELSE p.state IN ('PAID', 'PARTIALLY_REFUNDED')
                END
              AND o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND p.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant CLOSED =
            new Invariant("I7-closed-money", "money that came for a closed payment is given back or on its way", """
            SELECT p.payment_id, p.order_id, p.captured_minor, p.refunded_minor, p.refunding_minor
            FROM {pay}.payment p
            WHERE p.state = 'CLOSED'
              AND p.captured_minor <> p.refunded_minor + p.refunding_minor
            """);

    static final Invariant MONEY = new Invariant(
            "I8-refunds",
            "what a payment gave back, and is about to, is the sum of its refunds, and at most what came in",
            """
            SELECT p.payment_id, p.state, p.captured_minor, p.refunded_minor, COALESCE(r.done, 0) AS of_refunds,
                   p.refunding_minor, COALESCE(r.pending, 0) AS of_pending_refunds
            FROM {pay}.payment p
            LEFT JOIN (
                SELECT payment_id,
                       SUM(CASE WHEN state = 'SUCCEEDED' THEN amount_minor ELSE 0 END) AS done,
                       SUM(CASE WHEN state = 'PENDING' THEN amount_minor ELSE 0 END) AS pending
                FROM {pay}.refund
                GROUP BY payment_id
            ) r ON r.payment_id = p.payment_id
            WHERE p.refunded_minor <> COALESCE(r.done, 0)
               OR p.refunding_minor <> COALESCE(r.pending, 0)
               OR p.refunded_minor + p.refunding_minor > p.captured_minor
               OR p.captured_minor > p.amount_minor
               OR (p.state IN ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED') AND p.captured_minor <> p.amount_minor)
               OR (p.state IN ('PENDING', 'PROCESSING') AND p.captured_minor <> 0)
               OR (p.state = 'PAID' AND p.refunded_minor <> 0)
               OR (p.state = 'PARTIALLY_REFUNDED' AND p.refunded_minor NOT BETWEEN 1 AND p.amount_minor - 1)
               OR (p.state = 'REFUNDED' AND p.refunded_minor <> p.amount_minor)
            """);

    static final Invariant REFUND_PAIR = new Invariant(
            "I8-refund-pairs",
            "a refund of an order that succeeded gave its money back, if it has any, and one that failed gave none",
            """
            SELECT r.refund_id, r.order_id, r.state, r.amount_minor, f.state AS payment_refund_state,
                   f.amount_minor AS payment_refund_minor
            FROM {order}.order_refund r
            LEFT JOIN {pay}.refund f ON f.refund_id = r.refund_id
            WHERE ((r.state = 'SUCCEEDED'
                    AND CASE WHEN f.refund_id IS NULL THEN r.amount_minor > 0
                             ELSE f.state <> 'SUCCEEDED' OR f.amount_minor <> r.amount_minor END)
                OR (r.state = 'FAILED' AND f.state = 'SUCCEEDED'))
              AND r.order_id NOT IN {busy}
            """);

    /// What the provider has and pay-service does not know yet is asked for at `next_check_time`.
    static final Invariant PROVIDER =
            new Invariant("I9-provider-ledger", "the provider collected and gave back what the payment says", """
            SELECT m.payment_id, m.intent_id, m.status, m.captured_minor AS provider_captured_minor, p.captured_minor,
                   m.refunded_minor AS provider_refunded_minor, p.refunded_minor, p.state, p.next_check_time
            FROM {pay}.mock_payment m
            LEFT JOIN {pay}.payment p ON p.payment_id = m.payment_id
            WHERE (p.payment_id IS NULL OR m.captured_minor <> p.captured_minor OR m.refunded_minor <> p.refunded_minor)
              AND m.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND (p.next_check_time IS NULL OR p.next_check_time < UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND)
              AND NOT EXISTS (
                SELECT 1
                FROM {pay}.refund f
                WHERE f.payment_id = m.payment_id
                  AND f.next_check_time >= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND)
            """);

    static final Invariant OUTBOX =
            new Invariant("I11-paid-saga-sent", "the saga of a paid order is handed to the coordinator in time", """
            SELECT b.gid, b.payment_id, b.attempts, b.due_time, b.create_time
            FROM {pay}.saga_outbox b
            WHERE b.due_time < UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
            """);

    static final Invariant CHECKED = new Invariant(
            "I11-provider-asked", "a payment or refund that the provider has not decided is asked about in time", """
            SELECT 'payment' AS kind, p.payment_id AS id, p.state, p.next_check_time, p.check_count
            FROM {pay}.payment p
            WHERE p.state = 'PROCESSING'
              AND p.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND (p.next_check_time IS NULL OR p.next_check_time < UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND)
            UNION ALL
            SELECT 'refund', f.refund_id, f.state, f.next_check_time, f.check_count
            FROM {pay}.refund f
            WHERE f.state = 'PENDING'
              AND f.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND (f.next_check_time IS NULL OR f.next_check_time < UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND)
            """);

    private PaymentRules() {}

    static List<Invariant> all() {
        return List.of(AMOUNT, ORDER, STATES, CLOSED, MONEY, REFUND_PAIR, PROVIDER, OUTBOX, CHECKED);
    }
}
