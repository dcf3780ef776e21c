package io.ordersaga.audit;

import java.util.List;

/// I4 and I5: a coupon is used once, by an order that knows of it, and no more are issued than there are.
final class CouponRules {
    static final Invariant LOCK =
            new Invariant("I4-lock", "a coupon is locked or used exactly by the order that holds or consumed it", """
            SELECT c.coupon_id, c.state, c.order_id, k.order_id AS lock_order_id, k.state AS lock_state, c.update_time
            FROM {coupon}.coupon c
            LEFT JOIN {coupon}.coupon_lock k ON k.order_id = c.order_id AND k.coupon_id = c.coupon_id
            WHERE (c.state = 'LOCKED' AND COALESCE(k.state, '') <> 'HELD')
               OR (c.state = 'USED' AND COALESCE(k.state, '') <> 'CONSUMED')
            UNION ALL
            SELECT k.coupon_id, c.state, c.order_id, k.order_id, k.state, k.update_time
            FROM {coupon}.coupon_lock k
            LEFT JOIN {coupon}.coupon c ON c.coupon_id = k.coupon_id
            WHERE (k.state = 'HELD' AND (c.coupon_id IS NULL OR c.state <> 'LOCKED' OR c.order_id <> k.order_id))
               OR (k.state = 'CONSUMED' AND (c.coupon_id IS NULL OR c.state <> 'USED' OR c.order_id <> k.order_id))
            """);

    static final Invariant HOLDER = new Invariant(
            "I4-holder",
            "a coupon is locked by an order that is open and used by one that is paid, and the order names it",
            """
            SELECT c.coupon_id, c.state, c.order_id, o.state AS order_state, o.coupon_id AS order_coupon_id,
                   c.user_id, o.user_id AS order_user_id, c.update_time
            FROM {coupon}.coupon c
            LEFT JOIN {order}.orders o ON o.order_id = c.order_id
            WHERE c.state IN ('LOCKED', 'USED')
              AND (o.order_id IS NULL
                OR COALESCE(o.coupon_id, '') <> c.coupon_id
                OR o.user_id <> c.user_id
                OR (c.state = 'LOCKED' AND o.state NOT IN ('PLACING', 'AWAITING_PAYMENT', 'CANCELLING'))
                OR (c.state = 'USED' AND o.state NOT IN ('PAID', 'SHIPPED', 'COMPLETED', 'REFUNDING', 'REFUNDED')))
              AND c.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND COALESCE(o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND, TRUE)
              AND c.order_id NOT IN {busy}
            """);

    static final Invariant HELD = new Invariant(
            "I4-held", "an order that was priced with a coupon holds it until it is paid, and has used it then", """
            SELECT o.order_id, o.state AS order_state, o.coupon_id, c.state, c.order_id AS holder, o.update_time
            FROM {order}.orders o
            LEFT JOIN {coupon}.coupon c ON c.coupon_id = o.coupon_id
            WHERE o.coupon_id <> ''
              AND ((o.state = 'AWAITING_PAYMENT'
                    AND (c.coupon_id IS NULL OR c.state <> 'LOCKED' OR c.order_id <> o.order_id))
                OR (o.state IN ('PAID', 'SHIPPED', 'COMPLETED')
                    AND (c.coupon_id IS NULL OR c.state <> 'USED' OR c.order_id <> o.order_id)))
              AND o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND COALESCE(c.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND, TRUE)
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant ONCE =
            new Invariant("I4-once", "at most one order that is open or paid names a coupon", """
            SELECT o.coupon_id, COUNT(*) AS orders, MIN(o.order_id) AS one_order, MAX(o.order_id) AS another_order
            FROM {order}.orders o
            WHERE o.coupon_id <> ''
              AND o.state IN ('AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'COMPLETED', 'REFUNDING')
            GROUP BY o.coupon_id
            HAVING COUNT(*) > 1
            """);

    static final Invariant COUNTS = new Invariant(
            "I5-counts",
            "a template counts its coupons and those that are used, and issues no more than its quota",
            """
            SELECT t.coupon_template_id, t.issued_count, COALESCE(c.issued, 0) AS issued, t.used_count,
                   COALESCE(c.used, 0) AS used, t.total_quota
            FROM {coupon}.coupon_template t
            LEFT JOIN (
                SELECT coupon_template_id, COUNT(*) AS issued,
                       SUM(CASE WHEN state = 'USED' THEN 1 ELSE 0 END) AS used
                FROM {coupon}.coupon
                WHERE coupon_template_id IS NOT NULL
                GROUP BY coupon_template_id
            ) c ON c.coupon_template_id = t.coupon_template_id
            WHERE t.issued_count <> COALESCE(c.issued, 0)
               OR t.used_count <> COALESCE(c.used, 0)
               OR (t.total_quota > 0 AND t.issued_count > t.total_quota)
            """);

    private CouponRules() {}

    static List<Invariant> all() {
        return List.of(LOCK, HOLDER, HELD, ONCE, COUNTS);
    }
}
