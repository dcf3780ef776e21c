package io.ordersaga.bench.orders;

import io.ordersaga.stack.Account;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.LongConsumer;

/// Orders that nobody placed, written straight into the tables of all services as if they had been: of one product, 20
/// for each customer, nine of ten paid and the others open. An audit finds nothing wrong with them.
public final class FilledShop {
    static final int ORDERS_PER_USER = 20;
    private static final int BATCH = 100_000;

    /// The numbers from `{from}` up to `{until}`, at most 100,000.
    private static final String NUMBERS = """
            (SELECT {from} + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
             FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e
             HAVING n < {until}) numbers
            """.replace("{digits}", """
            (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
             UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)""");

    private static final List<String> ORDERS = List.of("""
            INSERT INTO ordersaga_order.orders (order_id, user_id, state, version, saga_definition, currency, total_minor,
                discount_minor, payment_id, expire_time, create_time, update_time, submit_time)
            SELECT CONCAT('0BENCH', LPAD(n, 20, '0')), CONCAT('bench-', n DIV 20),
                   IF(n MOD 10 = 0, 'AWAITING_PAYMENT', 'PAID'), IF(n MOD 10 = 0, 2, 3), 'place/2', 'CNY', 1100, 0,
                   IF(n MOD 10 = 0, NULL, CONCAT('0BENCH', LPAD(n, 20, '0'))), UTC_TIMESTAMP(3) + INTERVAL 1 DAY,
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND,
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND,
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND
            FROM {numbers}
            """, """
            INSERT INTO ordersaga_order.order_lines (order_id, line_no, product_id, quantity, unit_price_minor)
            SELECT CONCAT('0BENCH', LPAD(n, 20, '0')), 1, 'bench', 1, 1100
            FROM {numbers}
            """, """
            INSERT INTO ordersaga_order.order_event (order_id, seq, type, actor, from_state, to_state, detail, event_time)
            SELECT CONCAT('0BENCH', LPAD(n, 20, '0')), step.seq, step.type, 'saga', step.from_state, step.to_state,
                   JSON_OBJECT(), TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND
            FROM {numbers},
                 (SELECT 1 AS seq, 'CREATED' AS type, NULL AS from_state, 'PLACING' AS to_state
                  UNION ALL SELECT 2, 'PLACED', 'PLACING', 'AWAITING_PAYMENT'
                  UNION ALL SELECT 3, 'PAID', 'AWAITING_PAYMENT', 'PAID') step
            WHERE n MOD 10 <> 0 OR step.seq < 3
            """, """
            INSERT INTO ordersaga_pay.payment (payment_id, order_id, user_id, currency, amount_minor, state, gid,
                captured_minor, expire_time, paid_time, create_time, update_time)
            SELECT CONCAT('0BENCH', LPAD(n, 20, '0')), CONCAT('0BENCH', LPAD(n, 20, '0')), CONCAT('bench-', n DIV 20),
                   'CNY', 1100, IF(n MOD 10 = 0, 'PENDING', 'PAID'), 'bench', IF(n MOD 10 = 0, 0, 1100),
                   UTC_TIMESTAMP(3) + INTERVAL 1 DAY,
                   IF(n MOD 10 = 0, NULL, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND),
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND,
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND
            FROM {numbers}
            """, """
            INSERT INTO ordersaga_stock.reservation (order_id, product_id, quantity, state, gid, create_time, update_time)
            SELECT CONCAT('0BENCH', LPAD(n, 20, '0')), 'bench', 1, IF(n MOD 10 = 0, 'HELD', 'COMMITTED'), 'bench',
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND,
                   TIMESTAMP '2026-01-01 00:00:00' + INTERVAL n SECOND
            FROM {numbers}
            """);

    /// The product, whose ledger says in one movement what the orders did to it.
    private static final List<String> PRODUCT = List.of(
            "DELETE FROM ordersaga_stock.stock_movement WHERE product_id = 'bench'",
            "DELETE FROM ordersaga_stock.stock WHERE product_id = 'bench'",
            "DELETE FROM ordersaga_stock.product WHERE product_id = 'bench'",
            """
            INSERT INTO ordersaga_stock.product (product_id, sku, title, currency, unit_price_minor, active, create_time,
                update_time)
            VALUES ('bench', 'bench', 'Bench', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """,
            """
            INSERT INTO ordersaga_stock.stock (product_id, available, reserved, sold, movement_no, update_time)
            SELECT 'bench', 1000000, SUM(state = 'HELD'), SUM(state = 'COMMITTED'), 1, UTC_TIMESTAMP(3)
            FROM ordersaga_stock.reservation
            WHERE product_id = 'bench'
            """,
            """
            INSERT INTO ordersaga_stock.stock_movement (product_id, movement_no, kind, delta_available, delta_reserved,
                delta_sold, available, reserved, sold, reason, note, user_id, order_id, refund_id, create_time)
            SELECT product_id, 1, 'OPENING', available, reserved, sold, available, reserved, sold, '', '', '', '', '',
                   UTC_TIMESTAMP(3)
            FROM ordersaga_stock.stock
            WHERE product_id = 'bench'
            """,
            "ANALYZE TABLE ordersaga_order.orders, ordersaga_order.order_lines, ordersaga_order.order_event, "
                    + "ordersaga_pay.payment, ordersaga_stock.reservation");

    private final Account administrator;
    private long orders;

    public FilledShop(Account administrator) {
        this.administrator = administrator;
    }

    static String orderId(long number) {
        return "0BENCH%020d".formatted(number);
    }

    static String userId(long order) {
        return "bench-" + order / ORDERS_PER_USER;
    }

    long orders() {
        return orders;
    }

    /// Adds orders until there are `total`.
    ///
    /// @param progress is told how many there are, now and then
    /// @throws SQLException when the tables are other than this class knows them
    public void fill(long total, LongConsumer progress) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        administrator.url(), administrator.user(), administrator.password());
                Statement statement = connection.createStatement()) {
            // What may be lost is the whole run.
            statement.execute("SET SESSION unique_checks = 0");
            while (orders < total) {
                long until = Math.min(total, orders + BATCH);
                String numbers =
                        NUMBERS.replace("{from}", Long.toString(orders)).replace("{until}", Long.toString(until));
                for (String sql : ORDERS) {
                    statement.execute(sql.replace("{numbers}", numbers));
                }
                orders = until;
                progress.accept(orders);
            }
            for (String sql : PRODUCT) {
                statement.execute(sql);
            }
        }
    }
}
