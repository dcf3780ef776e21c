package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Account;
import io.ordersaga.stack.Component;
import io.ordersaga.stack.LocalStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// The rows of every schema: what a test puts there to sell, and whether they balance afterwards. Each schema is read
/// with its own account, because no other may.
final class Books {
    /// Of every product that the tests sell, in minor units.
    static final int UNIT_PRICE = 1100;

    /// A saga that waits for a dead service is due again after at most the back-off's cap.
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private final LocalStack stack;

    /// A row as text; SQL's NULL is the text `null`.
    private record Row(Map<String, String> values) {
        String get(String column) {
            return Objects.requireNonNull(values.get(column), column);
        }

        String first() {
            return values.values().iterator().next();
        }
    }

    Books(LocalStack stack) {
        this.stack = stack;
    }

    /// Puts `pieces` of a new product on sale.
    void addProduct(long product, int pieces) {
        update(Component.STOCK, """
                INSERT INTO product (product_id, sku, title, currency, unit_price_minor, active, create_time, update_time)
                VALUES (?, ?, ?, 'CNY', ?, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
                """, Long.toString(product), "SKU-" + product, "Product " + product, UNIT_PRICE);
        update(Component.STOCK, """
                INSERT INTO stock (product_id, available, reserved, movement_no, update_time)
                VALUES (?, ?, 0, 1, UTC_TIMESTAMP(3))
                """, Long.toString(product), pieces);
        update(Component.STOCK, """
                INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold,
                    available, reserved, sold, reason, note, user_id, order_id, refund_id, create_time)
                SELECT product_id, 1, 'OPENING', available, 0, 0, available, 0, 0, '', '', '', '', '', UTC_TIMESTAMP(3)
                FROM stock
                WHERE product_id = ?
                """, Long.toString(product));
    }

    /// Gives `user` a new coupon worth 1000.
    void addCoupon(long coupon, long user) {
        update(Component.COUPON, """
                INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state,
                    valid_from, valid_until, create_time, update_time)
                VALUES (?, ?, 'CNY', 1000, 0, 'UNUSED',
                    UTC_TIMESTAMP(3) - INTERVAL 1 DAY, UTC_TIMESTAMP(3) + INTERVAL 30 DAY,
                    UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
                """, Long.toString(coupon), Long.toString(user));
    }

    /// `available/reserved` of a product.
    String stock(long product) {
        return one(Component.STOCK, """
                SELECT CONCAT(available, '/', reserved)
                FROM stock
                WHERE product_id = ?
                """, Long.toString(product));
    }

    /// State of a coupon and the order that holds it, such as `LOCKED 01J...`, or just `UNUSED`.
    String coupon(long coupon) {
        return one(Component.COUPON, """
                SELECT TRIM(CONCAT(state, ' ', COALESCE(order_id, '')))
                FROM coupon
                WHERE coupon_id = ?
                """, Long.toString(coupon));
    }

    /// State and amount of an order's payment, such as `PENDING 100`; `none` when there is none.
    String payment(String orderId) {
        return one(Component.PAY, """
                SELECT COALESCE(MAX(CONCAT(state, ' ', amount_minor)), 'none')
                FROM payment
                WHERE order_id = ?
                """, orderId);
    }

    /// Status of the saga that places an order.
    String saga(String orderId) {
        return one(Component.COORDINATOR, """
                SELECT status
                FROM saga
                WHERE gid = ?
                """, "place-" + orderId);
    }

    /// Waits until every saga has ended, then checks that the rows of all schemas say the same.
    void balance() {
        await().atMost(SETTLE_LIMIT)
                .untilAsserted(() -> assertThat(rows(Component.COORDINATOR, """
                        SELECT gid, status, attempts
                        FROM saga
                        WHERE status NOT IN ('SUCCEEDED', 'FAILED')
                        """))
                        .as("sagas that have not ended")
                        .isEmpty());
        Map<String, String> orders = rows(Component.ORDER, "SELECT order_id, state FROM orders").stream()
                .collect(Collectors.toMap(row -> row.get("order_id"), row -> row.get("state")));
        assertThat(orders).as("orders still being placed").doesNotContainValue("PLACING");
        stockBalances(orders);
        couponsBalance(orders);
        paymentsBalance(orders);
        sagasBalance(orders);
    }

    private void stockBalances(Map<String, String> orders) {
        assertThat(rows(Component.STOCK, """
                        SELECT s.product_id, s.reserved, COALESCE(h.held, 0) AS held
                        FROM stock s
                        LEFT JOIN (
                            SELECT product_id, SUM(quantity) AS held
                            FROM reservation
                            WHERE state = 'HELD'
                            GROUP BY product_id
                        ) h ON h.product_id = s.product_id
                        WHERE s.reserved <> COALESCE(h.held, 0) OR s.available < 0
                        """))
                .as("products whose reserved pieces are not the sum of what is held")
                .isEmpty();
        assertThat(rows(Component.STOCK, "SELECT order_id FROM reservation WHERE state = 'HELD'"))
                .as("reservations held by orders that are not open")
                .allSatisfy(row -> assertThat(orders.get(row.get("order_id"))).isEqualTo("AWAITING_PAYMENT"));
    }

    private void couponsBalance(Map<String, String> orders) {
        assertThat(rows(Component.COUPON, "SELECT coupon_id, order_id FROM coupon WHERE state = 'LOCKED'"))
                .as("coupons locked by orders that are not open")
                .allSatisfy(row -> assertThat(orders.get(row.get("order_id"))).isEqualTo("AWAITING_PAYMENT"));
        assertThat(rows(Component.ORDER, """
                        SELECT order_id, coupon_id
                        FROM orders
                        WHERE state = 'AWAITING_PAYMENT' AND coupon_id IS NOT NULL AND coupon_id <> ''
                        """))
                .as("open orders whose coupon is not theirs")
                .allSatisfy(row -> assertThat(one(
                                Component.COUPON,
                                "SELECT order_id FROM coupon WHERE coupon_id = ?",
                                row.get("coupon_id")))
                        .isEqualTo(row.get("order_id")));
    }

    private void paymentsBalance(Map<String, String> orders) {
        List<Row> payments = rows(Component.PAY, "SELECT order_id, state, amount_minor FROM payment");
        assertThat(payments)
                .as("payments and the state of their orders")
                .allSatisfy(row -> assertThat(row.get("state"))
                        .isEqualTo("AWAITING_PAYMENT".equals(orders.get(row.get("order_id"))) ? "PENDING" : "CLOSED"));
        Map<String, String> amounts =
                payments.stream().collect(Collectors.toMap(row -> row.get("order_id"), row -> row.get("amount_minor")));
        assertThat(rows(Component.ORDER, """
                        SELECT order_id, total_minor - discount_minor AS payable
                        FROM orders
                        WHERE state = 'AWAITING_PAYMENT'
                        """))
                .as("open orders and what their payment asks for")
                .allSatisfy(row -> assertThat(amounts.get(row.get("order_id"))).isEqualTo(row.get("payable")));
    }

    private void sagasBalance(Map<String, String> orders) {
        assertThat(rows(Component.COORDINATOR, "SELECT gid, status FROM saga WHERE gid LIKE 'place-%'"))
                .as("sagas and the orders they placed")
                .allSatisfy(row -> assertThat(orders.get(row.get("gid").substring("place-".length())))
                        .isEqualTo(row.get("status").equals("SUCCEEDED") ? "AWAITING_PAYMENT" : "REJECTED"));
    }

    private String one(Component owner, String sql, Object... arguments) {
        List<Row> rows = rows(owner, sql, arguments);
        assertThat(rows).as(sql + List.of(arguments)).hasSize(1);
        return rows.getFirst().first();
    }

    private List<Row> rows(Component owner, String sql, Object... arguments) {
        try (Connection connection = connect(owner);
                PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet row = statement.executeQuery()) {
            ResultSetMetaData columns = row.getMetaData();
            List<Row> rows = new ArrayList<>();
            while (row.next()) {
                Map<String, String> values = new LinkedHashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    values.put(columns.getColumnLabel(i), String.valueOf(row.getString(i)));
                }
                rows.add(new Row(values));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void update(Component owner, String sql, Object... arguments) {
        try (Connection connection = connect(owner);
                PreparedStatement statement = prepare(connection, sql, arguments)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private Connection connect(Component owner) throws SQLException {
        Account account = stack.account(owner);
        return DriverManager.getConnection(account.url(), account.user(), account.password());
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
