package io.ordersaga.audit;

import java.util.List;
import java.util.Set;

/// One thing that is wrong in the [Story] for each rule, at least.
final class Corruptions {
    /// @param rules that find it
    /// @param statements that make it
    record Corruption(Set<String> rules, List<String> statements) {}

    private Corruptions() {}

    static List<Corruption> all() {
        return List.of(
                wrong("I1-ledger", "UPDATE {stock}.stock SET available = available + 1"),
                wrong("I1-ledger", "UPDATE {stock}.stock_movement SET movement_no = 13 WHERE movement_no = 12"),
                wrong(
                        "I1-conserved",
                        "UPDATE {stock}.stock_movement SET delta_available = 2 WHERE movement_no = 12",
                        "UPDATE {stock}.stock SET available = available + 1"),
                wrong(
                        "I2-reserved",
                        "UPDATE {stock}.stock_movement SET delta_reserved = 1, delta_available = -1 WHERE movement_no = 2",
                        "UPDATE {stock}.stock SET reserved = 1, available = 94"),
                wrong(
                        "I2-returned",
                        "UPDATE {stock}.restock SET quantity = 2, returned_quantity = 2 WHERE order_id = 'part'"),
                wrong(
                        Set.of("I3-holder", "I2-reserved"),
                        "UPDATE {stock}.reservation SET state = 'HELD' WHERE order_id = 'gone'"),
                wrong("I3-holder", """
                        INSERT INTO {stock}.reservation (order_id, product_id, quantity, state, gid, create_time,
                            update_time)
                        VALUES ('nobody', 'p1', 1, 'RELEASED', 'g', {t}, {t})
                        """),
                wrong("I3-lines", "UPDATE {order}.order_lines SET product_id = 'p2' WHERE order_id = 'open'"),
                wrong(
                        Set.of("I3-lines", "I2-reserved"),
                        "UPDATE {stock}.reservation SET state = 'RELEASED' WHERE order_id = 'open'"),
                wrong("I4-lock", "UPDATE {coupon}.coupon_lock SET state = 'RETURNED' WHERE coupon_id = 'c-used'"),
                wrong("I4-lock", "UPDATE {coupon}.coupon_lock SET state = 'HELD' WHERE coupon_id = 'c-back'"),
                wrong("I4-holder", "UPDATE {order}.orders SET coupon_id = NULL WHERE order_id = 'sent'"),
                wrong(
                        Set.of("I4-holder", "I4-held"),
                        "UPDATE {coupon}.coupon SET order_id = 'gone', user_id = 'bob', claim_no = 9 WHERE coupon_id = 'c-used'",
                        "UPDATE {coupon}.coupon_lock SET order_id = 'gone' WHERE coupon_id = 'c-used'"),
                wrong("I4-held", "UPDATE {order}.orders SET coupon_id = 'c-free' WHERE order_id = 'open'"),
                wrong(
                        Set.of("I4-once", "I4-held"),
                        "UPDATE {order}.orders SET coupon_id = 'c-used' WHERE order_id = 'open'"),
                wrong("I5-counts", "DELETE FROM {coupon}.coupon WHERE coupon_id = 'c-free'"),
                wrong("I5-counts", "UPDATE {coupon}.coupon_template SET used_count = 2"),
                wrong(
                        Set.of("I6-payment-amount"),
                        "UPDATE {pay}.payment SET amount_minor = 2100 WHERE order_id = 'open'"),
                wrong("I6-payment-amount", "UPDATE {pay}.payment SET user_id = 'bob' WHERE order_id = 'open'"),
                wrong("I6-payment-amount", "DELETE FROM {pay}.payment WHERE order_id = 'gone'"),
                wrong("I6-payment-order", """
                        INSERT INTO {pay}.payment (payment_id, order_id, user_id, currency, amount_minor, state, gid,
                            expire_time, create_time, update_time)
                        VALUES ('m-lost', 'lost', 'bob', 'CNY', 100, 'PENDING', 'place-lost', {t}, {t}, {t})
                        """),
                wrong(
                        "I7-states",
                        "UPDATE {pay}.payment SET state = 'PAID', captured_minor = 2200 WHERE order_id = 'open'"),
                wrong("I7-states", "UPDATE {pay}.payment SET state = 'CLOSED' WHERE order_id = 'open'"),
                wrong("I7-states", "UPDATE {pay}.payment SET state = 'PENDING' WHERE order_id = 'gone'"),
                wrong(
                        Set.of("I7-closed-money", "I7-states"),
                        "UPDATE {pay}.payment SET captured_minor = 1100 WHERE order_id = 'gone'"),
                wrong(
                        Set.of("I8-order-refunds"),
                        "UPDATE {order}.orders SET refunded_minor = 1101 WHERE order_id = 'part'"),
                wrong(
                        Set.of("I8-refunds"),
                        "UPDATE {pay}.refund SET amount_minor = 900, refund_id = 'r-else' WHERE refund_id = 'r-part'",
                        "UPDATE {order}.order_refund SET refund_id = 'r-else', amount_minor = 900 WHERE refund_id = 'r-part'",
                        "UPDATE {order}.orders SET refunded_minor = 900 WHERE order_id = 'part'",
                        "DELETE FROM {saga}.saga WHERE gid = 'refund-r-part'"),
                wrong("I8-refund-pairs", "UPDATE {pay}.refund SET refund_id = 'r-else' WHERE refund_id = 'r-part'"),
                wrong(
                        "I9-provider-ledger",
                        "UPDATE {pay}.mock_payment SET refunded_minor = 0 WHERE intent_id = 'i-part'"),
                wrong(
                        "I9-provider-ledger",
                        "UPDATE {pay}.mock_payment SET payment_id = 'else' WHERE intent_id = 'i-part'"),
                wrong("I10-totals", "UPDATE {order}.order_lines SET discount_minor = 299 WHERE order_id = 'sent'"),
                wrong(
                        Set.of("I10-totals", "I6-payment-amount"),
                        "UPDATE {order}.orders SET total_minor = 3301 WHERE order_id = 'sent'"),
                wrong(
                        "I11-order-moving",
                        "UPDATE {order}.orders SET state = 'CANCELLING' WHERE order_id = 'open'",
                        """
                        INSERT INTO {order}.order_event (order_id, seq, type, actor, from_state, to_state, detail,
                            event_time)
                        VALUES ('open', 3, 'CANCELLATION_BEGUN', 'user:ann', 'AWAITING_PAYMENT', 'CANCELLING', '{}', {t})
                        """),
                wrong("I11-refund-moving", """
                        INSERT INTO {order}.order_refund (refund_id, order_id, state, currency, amount_minor, restock,
                            reason, create_time, update_time, submit_time)
                        VALUES ('r-stuck', 'part', 'PENDING', 'CNY', 1, TRUE, '', {t}, {t}, {t})
                        """),
                wrong("I11-unpaid-expired", "UPDATE {order}.orders SET expire_time = {t} WHERE order_id = 'open'"),
                wrong("I11-paid-saga-sent", "UPDATE {pay}.saga_outbox SET due_time = {t}, accept_time = NULL"),
                wrong("I11-provider-asked", "UPDATE {pay}.payment SET state = 'PROCESSING' WHERE order_id = 'open'"),
                wrong(
                        "I11-saga-scheduled",
                        Story.saga(90, "something", "SUBMITTED"),
                        "UPDATE {saga}.saga SET next_due = NULL WHERE gid = 'something'"),
                wrong(
                        "I11-saga-scheduled",
                        Story.saga(90, "something", "ABORTING"),
                        "UPDATE {saga}.saga SET next_due = {t} WHERE gid = 'something'"),
                wrong("I12-saga-place", "UPDATE {saga}.saga SET status = 'FAILED' WHERE gid = 'place-open'"),
                wrong("I12-saga-place", Story.saga(90, "place-lost", "SUCCEEDED")),
                wrong("I12-saga-paid", Story.saga(90, "paid-m-open", "SUCCEEDED")),
                wrong("I12-saga-cancel", Story.saga(90, "cancel-open-12", "SUCCEEDED")),
                wrong("I12-saga-refund", "UPDATE {saga}.saga SET status = 'FAILED' WHERE gid = 'refund-r-part'"),
                compensated("order"),
                compensated("stock"),
                compensated("coupon"),
                compensated("pay"),
                wrong(
                        "I13-stock",
                        "UPDATE {stock}.stock SET product_id = 'p2'",
                        "DELETE FROM {stock}.stock_movement",
                        "DELETE FROM {stock}.stock"),
                wrong(
                        "I14-timeline-steps",
                        """
                        UPDATE {order}.order_event
                        SET from_state = 'AWAITING_PAYMENT', to_state = 'COMPLETED'
                        WHERE order_id = 'sent' AND seq = 3
                        """,
                        "UPDATE {order}.order_event SET from_state = 'COMPLETED' WHERE order_id = 'sent' AND seq = 4"),
                wrong("I14-timeline-steps", "DELETE FROM {order}.order_event WHERE order_id = 'part' AND seq = 3"),
                wrong("I14-timeline-end", "DELETE FROM {order}.order_event WHERE order_id = 'gone'"),
                wrong("I14-timeline-end", "DELETE FROM {order}.order_event WHERE order_id = 'back' AND seq = 5"));
    }

    private static Corruption compensated(String schema) {
        return wrong("I12-compensated-" + schema, """
                INSERT INTO {%s}.barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
                VALUES ('place-some', '02', 'compensate', '01', 'saga', 'compensate', {t})
                """.formatted(schema));
    }

    private static Corruption wrong(String rule, String... statements) {
        return wrong(Set.of(rule), statements);
    }

    private static Corruption wrong(Set<String> rules, String... statements) {
        return new Corruption(rules, List.of(statements));
    }
}
