package io.ordersaga.audit;

import java.util.List;

/// A small shop whose books are right. Everything in it happened long ago, so that everything counts.
///
/// Of product `p1` there were 100. Order `open` holds 2 and waits for its payment; `sent` bought 3 with coupon `c-used`
/// and is on its way; `part` bought 3 and gave 1 back; `gone` was cancelled; `none` was rejected and `back` paid 1 and
/// got it all back, with its coupon `c-back`.
final class Story {
    private static final String LONG_AGO = "'2026-01-01 00:00:00'";

    private Story() {}

    static List<String> statements() {
        return List.of(
                """
                INSERT INTO {stock}.product (product_id, sku, title, currency, unit_price_minor, active, create_time,
                    update_time)
                VALUES ('p1', 'P1', 'Cup', 'CNY', 1100, TRUE, {t}, {t})
                """,
                """
                INSERT INTO {stock}.stock (product_id, available, reserved, sold, movement_no, update_time)
                VALUES ('p1', 93, 2, 5, 12, {t})
                """,
                """
                INSERT INTO {stock}.stock_movement (product_id, movement_no, kind, delta_available, delta_reserved,
                    delta_sold, available, reserved, sold, reason, note, user_id, order_id, refund_id, create_time)
                VALUES ('p1', 1, 'OPENING', 100, 0, 0, 100, 0, 0, '', '', '', '', '', {t}),
                       ('p1', 2, 'RESERVE', -2, 2, 0, 98, 2, 0, '', '', '', 'open', '', {t}),
                       ('p1', 3, 'RESERVE', -3, 3, 0, 95, 5, 0, '', '', '', 'sent', '', {t}),
                       ('p1', 4, 'COMMIT', 0, -3, 3, 95, 2, 3, '', '', '', 'sent', '', {t}),
                       ('p1', 5, 'RESERVE', -3, 3, 0, 92, 5, 3, '', '', '', 'part', '', {t}),
                       ('p1', 6, 'COMMIT', 0, -3, 3, 92, 2, 6, '', '', '', 'part', '', {t}),
                       ('p1', 7, 'RESTOCK', 1, 0, -1, 93, 2, 5, '', '', '', 'part', 'r-part', {t}),
                       ('p1', 8, 'RESERVE', -1, 1, 0, 92, 3, 5, '', '', '', 'gone', '', {t}),
                       ('p1', 9, 'RELEASE', 1, -1, 0, 93, 2, 5, '', '', '', 'gone', '', {t}),
                       ('p1', 10, 'RESERVE', -1, 1, 0, 92, 3, 5, '', '', '', 'back', '', {t}),
                       ('p1', 11, 'COMMIT', 0, -1, 1, 92, 2, 6, '', '', '', 'back', '', {t}),
                       ('p1', 12, 'RESTOCK', 1, 0, -1, 93, 2, 5, '', '', '', 'back', 'r-back', {t})
                """,
                """
                INSERT INTO {stock}.reservation (order_id, product_id, quantity, returned_quantity, state, gid,
                    create_time, update_time)
                VALUES ('open', 'p1', 2, 0, 'HELD', 'place-open', {t}, {t}),
                       ('sent', 'p1', 3, 0, 'COMMITTED', 'place-sent', {t}, {t}),
                       ('part', 'p1', 3, 1, 'COMMITTED', 'place-part', {t}, {t}),
                       ('gone', 'p1', 1, 0, 'RELEASED', 'place-gone', {t}, {t}),
                       ('back', 'p1', 1, 1, 'RETURNED', 'place-back', {t}, {t})
                """,
                """
                INSERT INTO {stock}.restock (order_id, refund_id, product_id, quantity, returned_quantity, gid,
                    create_time)
                VALUES ('part', 'r-part', 'p1', 1, 1, 'refund-r-part', {t}),
                       ('back', 'r-back', 'p1', 1, 1, 'refund-r-back', {t})
                """,
                """
                INSERT INTO {order}.orders (order_id, user_id, state, version, saga_definition, coupon_id, currency,
                    total_minor, discount_minor, refunded_minor, reject_domain, reject_reason, reject_message,
                    payment_id, expire_time, create_time, update_time, submit_time)
                VALUES ('open', 'ann', 'AWAITING_PAYMENT', 2, 'place/2', NULL, 'CNY', 2200, 0, 0, NULL, NULL, NULL,
                           NULL, UTC_TIMESTAMP(3) + INTERVAL 1 DAY, {t}, {t}, {t}),
                       ('sent', 'ann', 'SHIPPED', 4, 'place/2', 'c-used', 'CNY', 3300, 300, 0, NULL, NULL, NULL,
                           'm-sent', NULL, {t}, {t}, {t}),
                       ('part', 'bob', 'PAID', 5, 'place/2', NULL, 'CNY', 3300, 0, 1100, NULL, NULL, NULL,
                           'm-part', NULL, {t}, {t}, {t}),
                       ('gone', 'bob', 'CANCELLED', 4, 'place/2', NULL, 'CNY', 1100, 0, 0, NULL, NULL, NULL,
                           NULL, NULL, {t}, {t}, {t}),
                       ('none', 'bob', 'REJECTED', 2, 'place/2', NULL, 'CNY', 1100, 0, 0, 'stock', 'OUT_OF_STOCK', '',
                           NULL, NULL, {t}, {t}, {t}),
                       ('back', 'bob', 'REFUNDED', 5, 'place/2', 'c-back', 'CNY', 1100, 100, 1000, NULL, NULL, NULL,
                           'm-back', NULL, {t}, {t}, {t})
                """,
                """
                INSERT INTO {order}.order_lines (order_id, line_no, product_id, quantity, unit_price_minor,
                    discount_minor, refunded_quantity)
                VALUES ('open', 1, 'p1', 2, 1100, 0, 0), ('sent', 1, 'p1', 3, 1100, 300, 0),
                       ('part', 1, 'p1', 3, 1100, 0, 1), ('gone', 1, 'p1', 1, 1100, 0, 0),
                       ('none', 1, 'p1', 1, 1100, 0, 0), ('back', 1, 'p1', 1, 1100, 100, 1)
                """,
                """
                INSERT INTO {order}.order_event (order_id, seq, type, actor, from_state, to_state, detail, event_time)
                VALUES ('open', 1, 'CREATED', 'user:ann', NULL, 'PLACING', '{}', {t}),
                       ('open', 2, 'PLACED', 'saga', 'PLACING', 'AWAITING_PAYMENT', '{}', {t}),
                       ('sent', 1, 'CREATED', 'user:ann', NULL, 'PLACING', '{}', {t}),
                       ('sent', 2, 'PLACED', 'saga', 'PLACING', 'AWAITING_PAYMENT', '{}', {t}),
                       ('sent', 3, 'PAID', 'saga', 'AWAITING_PAYMENT', 'PAID', '{}', {t}),
                       ('sent', 4, 'SHIPPED', 'staff:eve', 'PAID', 'SHIPPED', '{}', {t}),
                       ('part', 1, 'CREATED', 'user:bob', NULL, 'PLACING', '{}', {t}),
                       ('part', 2, 'PLACED', 'saga', 'PLACING', 'AWAITING_PAYMENT', '{}', {t}),
                       ('part', 3, 'PAID', 'saga', 'AWAITING_PAYMENT', 'PAID', '{}', {t}),
                       ('part', 4, 'REFUND_BEGUN', 'user:bob', 'PAID', 'REFUNDING', '{}', {t}),
                       ('part', 5, 'PARTLY_REFUNDED', 'saga', 'REFUNDING', 'PAID', '{}', {t}),
                       ('gone', 1, 'CREATED', 'user:bob', NULL, 'PLACING', '{}', {t}),
                       ('gone', 2, 'PLACED', 'saga', 'PLACING', 'AWAITING_PAYMENT', '{}', {t}),
                       ('gone', 3, 'CANCELLATION_BEGUN', 'user:bob', 'AWAITING_PAYMENT', 'CANCELLING', '{}', {t}),
                       ('gone', 4, 'CANCELLED', 'saga', 'CANCELLING', 'CANCELLED', '{}', {t}),
                       ('none', 1, 'CREATED', 'user:bob', NULL, 'PLACING', '{}', {t}),
                       ('none', 2, 'REJECTED', 'saga', 'PLACING', 'REJECTED', '{}', {t}),
                       ('back', 1, 'CREATED', 'user:bob', NULL, 'PLACING', '{}', {t}),
                       ('back', 2, 'PLACED', 'saga', 'PLACING', 'AWAITING_PAYMENT', '{}', {t}),
                       ('back', 3, 'PAID', 'saga', 'AWAITING_PAYMENT', 'PAID', '{}', {t}),
                       ('back', 4, 'REFUND_BEGUN', 'user:bob', 'PAID', 'REFUNDING', '{}', {t}),
                       ('back', 5, 'REFUNDED', 'saga', 'REFUNDING', 'REFUNDED', '{}', {t})
                """,
                """
                INSERT INTO {order}.order_refund (refund_id, order_id, state, currency, amount_minor, restock, reason,
                    create_time, update_time, submit_time)
                VALUES ('r-part', 'part', 'SUCCEEDED', 'CNY', 1100, TRUE, '', {t}, {t}, {t}),
                       ('r-back', 'back', 'SUCCEEDED', 'CNY', 1000, TRUE, '', {t}, {t}, {t})
                """,
                """
                INSERT INTO {coupon}.coupon_template (coupon_template_id, name, kind, currency, value_minor,
                    percent_off_bps, min_spend_minor, scope, product_ids, valid_from, valid_until, valid_days,
                    total_quota, per_user_limit, issued_count, used_count, state, create_time, update_time)
                VALUES ('t', 'Some', 'AMOUNT_OFF', 'CNY', 300, 0, 0, 'ALL', '', {t}, '2040-01-01', 0, 3, 2, 3, 1,
                    'ACTIVE', {t}, {t})
                """,
                """
                INSERT INTO {coupon}.coupon (coupon_id, coupon_template_id, claim_no, user_id, currency, value_minor,
                    min_spend_minor, state, order_id, valid_from, valid_until, create_time, update_time)
                VALUES ('c-used', 't', 1, 'ann', 'CNY', 300, 0, 'USED', 'sent', {t}, '2040-01-01', {t}, {t}),
                       ('c-back', 't', 1, 'bob', 'CNY', 300, 0, 'UNUSED', NULL, {t}, '2040-01-01', {t}, {t}),
                       ('c-free', 't', 2, 'bob', 'CNY', 300, 0, 'UNUSED', NULL, {t}, '2040-01-01', {t}, {t})
                """,
                """
                INSERT INTO {coupon}.coupon_lock (order_id, coupon_id, state, refund_id, gid, create_time, update_time)
                VALUES ('sent', 'c-used', 'CONSUMED', NULL, 'place-sent', {t}, {t}),
                       ('back', 'c-back', 'RETURNED', 'r-back', 'place-back', {t}, {t})
                """,
                """
                INSERT INTO {pay}.payment (payment_id, order_id, user_id, currency, amount_minor, state, gid,
                    captured_minor, refunded_minor, intent_id, expire_time, create_time, update_time)
                VALUES ('m-open', 'open', 'ann', 'CNY', 2200, 'PENDING', 'place-open', 0, 0, NULL, {t}, {t}, {t}),
                       ('m-sent', 'sent', 'ann', 'CNY', 3000, 'PAID', 'place-sent', 3000, 0, 'i-sent', {t},
                           {t}, {t}),
                       ('m-part', 'part', 'bob', 'CNY', 3300, 'PARTIALLY_REFUNDED', 'place-part', 3300, 1100,
                           'i-part', {t}, {t}, {t}),
                       ('m-gone', 'gone', 'bob', 'CNY', 1100, 'CLOSED', 'place-gone', 0, 0, NULL, {t}, {t}, {t}),
                       ('m-back', 'back', 'bob', 'CNY', 1000, 'REFUNDED', 'place-back', 1000, 1000, 'i-back',
                           {t}, {t}, {t})
                """,
                """
                INSERT INTO {pay}.refund (refund_id, payment_id, currency, amount_minor, state, reason, create_time,
                    update_time)
                VALUES ('r-part', 'm-part', 'CNY', 1100, 'SUCCEEDED', '', {t}, {t}),
                       ('r-back', 'm-back', 'CNY', 1000, 'SUCCEEDED', '', {t}, {t})
                """,
                """
                INSERT INTO {pay}.saga_outbox (gid, payment_id, definition, attempts, due_time, accept_time, create_time)
                VALUES ('paid-m-sent', 'm-sent', 'paid/1', 1, NULL, {t}, {t})
                """,
                """
                INSERT INTO {pay}.mock_payment (intent_id, payment_id, currency, amount_minor, captured_minor,
                    refunded_minor, status, script, refund_script, create_time, update_time)
                VALUES ('i-sent', 'm-sent', 'CNY', 3000, 3000, 0, 'succeeded', '', '', {t}, {t}),
                       ('i-part', 'm-part', 'CNY', 3300, 3300, 1100, 'succeeded', '', '', {t}, {t}),
                       ('i-back', 'm-back', 'CNY', 1000, 1000, 1000, 'succeeded', '', '', {t}, {t})
                """,
                saga(1, "place-open", "SUCCEEDED"),
                saga(2, "place-sent", "SUCCEEDED"),
                saga(3, "place-part", "SUCCEEDED"),
                saga(4, "place-gone", "SUCCEEDED"),
                saga(5, "place-none", "FAILED"),
                saga(6, "paid-m-sent", "SUCCEEDED"),
                saga(7, "paid-m-part", "SUCCEEDED"),
                saga(8, "cancel-gone-1", "SUCCEEDED"),
                saga(9, "refund-r-part", "SUCCEEDED"),
                """
                INSERT INTO {stock}.barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
                VALUES ('place-open', '02', 'action', '01', 'saga', 'action', {t}),
                       ('place-none', '02', 'action', '01', 'saga', 'compensate', {t}),
                       ('place-none', '02', 'compensate', '01', 'saga', 'compensate', {t})
                """);
    }

    /// A saga that is at rest since long ago; an open one is due in a moment.
    static String saga(int id, String gid, String status) {
        boolean open = status.equals("SUBMITTED") || status.equals("ABORTING");
        return """
                INSERT INTO {saga}.saga (id, gid, mode, form, definition, digest, status, progress, attempts, retries,
                    errors, epoch, next_due, created, updated, finished)
                VALUES (%d, '%s', 'saga', 1, '', '', '%s', '', 0, 0, 0, 1, %s, {t}, {t}, %s)
                """.formatted(
                id, gid, status, open ? "UTC_TIMESTAMP(6) + INTERVAL 10 SECOND" : "NULL", open ? "NULL" : "{t}");
    }

    /// With names in the places of schemas and times.
    static String sql(String statement, Schemas schemas) {
        return schemas.named(statement.replace("'{}'", "JSON_OBJECT()"), java.util.Map.of("t", LONG_AGO));
    }
}
