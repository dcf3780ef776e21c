package io.ordersaga.audit;

import java.util.List;

/// I1 to I3: every piece is somewhere, and whoever has it may.
final class StockRules {
    static final Invariant LEDGER = new Invariant(
            "I1-ledger",
            "what is available, reserved and sold of a product is the sum of its movements, which have no gap",
            """
            SELECT s.product_id, s.available, m.available AS moved_available, s.reserved, m.reserved AS moved_reserved,
                   s.sold, m.sold AS moved_sold, s.movement_no, m.movements
            FROM {stock}.stock s
            LEFT JOIN (
                SELECT product_id, SUM(delta_available) AS available, SUM(delta_reserved) AS reserved,
                       SUM(delta_sold) AS sold, COUNT(*) AS movements, MAX(movement_no) AS movement_no
                FROM {stock}.stock_movement
                GROUP BY product_id
            ) m ON m.product_id = s.product_id
            WHERE s.available <> COALESCE(m.available, 0)
               OR s.reserved <> COALESCE(m.reserved, 0)
               OR s.sold <> COALESCE(m.sold, 0)
               OR s.movement_no <> COALESCE(m.movements, 0)
               OR s.movement_no <> COALESCE(m.movement_no, 0)
            """);

    /// What orders do moves pieces between available, reserved and sold; only staff bring and take any.
    static final Invariant CONSERVED =
            new Invariant("I1-conserved", "a movement of an order neither makes pieces nor loses any", """
            SELECT m.product_id, m.movement_no, m.kind, m.delta_available, m.delta_reserved, m.delta_sold, m.order_id
            FROM {stock}.stock_movement m
            WHERE m.kind IN ('RESERVE', 'RELEASE', 'COMMIT', 'RESTOCK')
              AND m.delta_available + m.delta_reserved + m.delta_sold <> 0
            """);

    static final Invariant RESERVED = new Invariant(
            "I2-reserved",
            "what is reserved and sold of a product is what orders hold, and bought and did not return",
            """
            SELECT s.product_id, s.reserved, COALESCE(r.held, 0) AS held, s.sold, COALESCE(r.bought, 0) AS bought
            FROM {stock}.stock s
            LEFT JOIN (
                SELECT product_id,
                       SUM(CASE WHEN state = 'HELD' THEN quantity ELSE 0 END) AS held,
                       SUM(CASE WHEN state IN ('COMMITTED', 'RETURNED')
                           THEN quantity - returned_quantity ELSE 0 END) AS bought
                FROM {stock}.reservation
                GROUP BY product_id
            ) r ON r.product_id = s.product_id
            WHERE s.reserved <> COALESCE(r.held, 0)
               OR s.sold <> COALESCE(r.bought, 0)
            """);

    static final Invariant RETURNED =
            new Invariant("I2-returned", "what came back of an order is what its refunds brought back", """
            SELECT r.order_id, r.product_id, r.state, r.returned_quantity, COALESCE(b.returned_quantity, 0) AS brought_back
            FROM {stock}.reservation r
            LEFT JOIN (
                SELECT order_id, product_id, SUM(returned_quantity) AS returned_quantity
                FROM {stock}.restock
                GROUP BY order_id, product_id
            ) b ON b.order_id = r.order_id AND b.product_id = r.product_id
            WHERE r.returned_quantity <> COALESCE(b.returned_quantity, 0)
            """);

    static final Invariant HOLDER = new Invariant(
            "I3-holder", "pieces are held for orders that are open, and sold to orders that are paid", """
            SELECT r.order_id, r.product_id, r.state, r.quantity, o.state AS order_state, r.update_time,
                   o.update_time AS order_update_time
            FROM {stock}.reservation r
            LEFT JOIN {order}.orders o ON o.order_id = r.order_id
            WHERE (o.order_id IS NULL
                OR (r.state = 'HELD' AND o.state NOT IN ('PLACING', 'AWAITING_PAYMENT', 'CANCELLING'))
                OR (r.state IN ('COMMITTED', 'RETURNED')
                    AND o.state NOT IN ('PAID', 'SHIPPED', 'COMPLETED', 'REFUNDING', 'REFUNDED')))
              AND r.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND COALESCE(o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND, TRUE)
              AND r.order_id NOT IN {busy}
            """);

    static final Invariant LINES = new Invariant(
            "I3-lines",
            "an order that awaits its payment holds what it ordered, and one that is paid has bought it",
            """
            SELECT l.order_id, o.state AS order_state, l.product_id, l.quantity, r.quantity AS reserved, r.state
            FROM {order}.orders o
            JOIN {order}.order_lines l ON l.order_id = o.order_id
            LEFT JOIN {stock}.reservation r ON r.order_id = l.order_id AND r.product_id = l.product_id
            WHERE o.state IN ('AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'COMPLETED', 'REFUNDING', 'REFUNDED')
              AND (r.order_id IS NULL
                OR r.quantity <> l.quantity
                OR (o.state = 'AWAITING_PAYMENT' AND r.state <> 'HELD')
                OR (o.state <> 'AWAITING_PAYMENT' AND r.state NOT IN ('COMMITTED', 'RETURNED')))
              AND o.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND
              AND COALESCE(r.update_time <= UTC_TIMESTAMP(3) - INTERVAL {grace} SECOND, TRUE)
              AND o.order_id NOT IN {busy}
            """);

    static final Invariant NOT_NEGATIVE =
            new Invariant("I13-stock", "nothing of a product is negative, and every product has a stock", """
            SELECT s.product_id, s.available, s.reserved, s.sold
            FROM {stock}.stock s
            WHERE s.available < 0 OR s.reserved < 0 OR s.sold < 0
            UNION ALL
            SELECT p.product_id, NULL, NULL, NULL
            FROM {stock}.product p
            LEFT JOIN {stock}.stock s ON s.product_id = p.product_id
            WHERE s.product_id IS NULL
            UNION ALL
            SELECT r.product_id, NULL, r.quantity, r.returned_quantity
            FROM {stock}.reservation r
            WHERE r.quantity <= 0 OR r.returned_quantity NOT BETWEEN 0 AND r.quantity
            """);

    private StockRules() {}

    static List<Invariant> all() {
        return List.of(LEDGER, CONSERVED, RESERVED, RETURNED, HOLDER, LINES, NOT_NEGATIVE);
    }
}
