package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Auditor;
import io.ordersaga.audit.Schemas;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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
        addCoupon(coupon, user, 1000);
    }

    void addCoupon(long coupon, long user, int worth) {
        update(Component.COUPON, """
                INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state,
                    valid_from, valid_until, create_time, update_time)
                VALUES (?, ?, 'CNY', ?, 0, 'UNUSED',
                    UTC_TIMESTAMP(3) - INTERVAL 1 DAY, UTC_TIMESTAMP(3) + INTERVAL 30 DAY,
                    UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
                """, Long.toString(coupon), Long.toString(user), worth);
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

    /// Status in which the saga that placed an order ended. Waits for it: the order is told by the last step, and the
    /// coordinator hears of that step, and writes so, a moment later.
    String endOfSaga(String orderId) {
        return await().atMost(SETTLE_LIMIT)
                .until(() -> one(Component.COORDINATOR, """
                SELECT COALESCE(MAX(status), '')
                FROM saga
                WHERE gid = ? AND finished IS NOT NULL
                """, "place-" + orderId), status -> !status.isEmpty());
    }

    /// State of the reservation of an order for one product.
    String reservation(String orderId) {
        return one(Component.STOCK, "SELECT state FROM reservation WHERE order_id = ?", orderId);
    }

    /// All orders that ever asked for a product.
    List<String> ordersOf(long product) {
        return rows(Component.ORDER, "SELECT order_id FROM order_lines WHERE product_id = ?", Long.toString(product))
                .stream()
                .map(Row::first)
                .toList();
    }

    /// Lets the time in which an order is to be paid end now.
    void expire(String orderId) {
        update(Component.ORDER, "UPDATE orders SET expire_time = UTC_TIMESTAMP(3) WHERE order_id = ?", orderId);
    }

    /// Lets the coupons of a user end a second ago.
    void expireCoupons(long user) {
        update(
                Component.COUPON,
                "UPDATE coupon SET valid_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE user_id = ?",
                Long.toString(user));
    }

    /// Whether the mock provider has delivered everything that it wanted to tell.
    boolean allNoticesAreTaken() {
        return rows(Component.PAY, "SELECT notice_id FROM mock_notice WHERE due_time IS NOT NULL")
                .isEmpty();
    }

    /// The branches that wait in the middle of their transaction for the stock of a product, whichever it is, by the
    /// number of their connection.
    List<String> waitingForStock() {
        // A user sees the connections of its own name.
        return rows(Component.STOCK, "SHOW FULL PROCESSLIST").stream()
                .map(Row::values)
                .filter(connection -> connection.getOrDefault("Info", "").contains("SET available = available - "))
                .map(connection -> connection.getOrDefault("Id", ""))
                .toList();
    }

    /// Cuts the connection of every branch that waits for stock; whether there was one.
    boolean cutWaitingForStock() {
        List<String> connections = waitingForStock();
        for (String connection : connections) {
            try {
                update(Component.STOCK, "KILL CONNECTION " + connection);
            } catch (IllegalStateException e) {
                // Its wait was just over.
                return false;
            }
        }
        return !connections.isEmpty();
    }

    /// Does something while a transaction of nobody holds the stock of a product, or until the server dies.
    <T> T whileLocked(long product, Supplier<T> deed) {
        try (Connection connection = connect(Component.STOCK)) {
            connection.setAutoCommit(false);
            try (PreparedStatement lock = prepare(
                    connection,
                    "SELECT available FROM stock WHERE product_id = ? FOR UPDATE",
                    Long.toString(product))) {
                lock.executeQuery();
                return deed.get();
            } finally {
                if (connection.isValid(5)) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits until nothing is under way, then checks by the rules of the audit that the rows of all schemas say the
    /// same.
    void balance() {
        await().atMost(SETTLE_LIMIT).untilAsserted(() -> {
            AuditResult result = audit();
            assertThat(result.broken()).as(result.line()).isEmpty();
        });
    }

    private AuditResult audit() throws SQLException {
        Account account = stack.auditor();
        Auditor auditor = new Auditor(
                Schemas.standard(), Auditor.Limits.standard().withGrace(Duration.ZERO), InstantSource.system());
        try (Connection connection = DriverManager.getConnection(account.url(), account.user(), account.password())) {
            assertThat(auditor.underWay(connection)).as("under way").isZero();
            return auditor.run(connection);
        }
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
