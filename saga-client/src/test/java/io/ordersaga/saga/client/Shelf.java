package io.ordersaga.saga.client;

import static org.awaitility.Awaitility.await;

import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Products with pieces that are available or reserved, in the schema of a test. The statements have no guard of their
/// own, on purpose: what happens twice, half or not at all shows in the numbers.
final class Shelf {
    /// Pieces of a new product.
    static final int PIECES = 100;

    private final TestDatabase database;

    Shelf(TestDatabase database) {
        this.database = database.migrate("classpath:db/barrier");
        update("""
                CREATE TABLE IF NOT EXISTS shelf (
                    product_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
                    available INT NOT NULL,
                    reserved INT NOT NULL,
                    label VARCHAR(20) NULL UNIQUE
                )
                """);
    }

    /// A branch of a saga that nobody has used.
    static BranchContext action() {
        return new BranchContext("gid-" + UUID.randomUUID(), "saga", "02", "action");
    }

    static BranchContext compensation(BranchContext action) {
        return withOp(action, "compensate");
    }

    static BranchContext withOp(BranchContext branch, String op) {
        return new BranchContext(branch.gid(), branch.transType(), branch.branchId(), op);
    }

    long newProduct() {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO shelf (available, reserved) VALUES (" + PIECES + ", 0)",
                        Statement.RETURN_GENERATED_KEYS)) {
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Work that moves one piece from available to reserved.
    static SqlWork reserve(long product) {
        return connection -> move(connection, product, 1);
    }

    /// Work that moves one piece back.
    static SqlWork release(long product) {
        return connection -> move(connection, product, -1);
    }

    static void move(Connection connection, long product, int pieces) throws SQLException {
        execute(
                connection,
                "UPDATE shelf SET available = available - " + pieces + ", reserved = reserved + " + pieces
                        + " WHERE product_id = " + product);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int reserved(long product) {
        return Integer.parseInt(strings("SELECT reserved FROM shelf WHERE available + reserved = " + PIECES
                        + " AND product_id = " + product)
                .getFirst());
    }

    /// The barrier's rows of a transaction, each as `branch barrier-id op reason`.
    List<String> barrierRows(BranchContext branch) {
        return strings("SELECT CONCAT_WS(' ', branch_id, barrier_id, op, reason) FROM barrier WHERE gid = '"
                + branch.gid() + "' ORDER BY branch_id, barrier_id, op");
    }

    /// Returns when a statement of this schema's user waits for another transaction's lock.
    void awaitLockWait() {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !strings("""
                SELECT 'waits'
                FROM information_schema.innodb_trx AS trx
                JOIN information_schema.processlist AS process ON process.id = trx.trx_mysql_thread_id
                WHERE trx.trx_state = 'LOCK WAIT' AND process.user = '%s'
                """.formatted(database.username())).isEmpty());
    }

    List<String> strings(String sql) {
        try (Connection connection = database.openRootConnection()) {
            connection.setCatalog(database.name());
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    void update(String sql) {
        try (Connection connection = database.openConnection()) {
            execute(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
