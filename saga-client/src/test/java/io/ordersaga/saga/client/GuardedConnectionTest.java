package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What work can and cannot do with its connection, whatever way it takes to the server.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardedConnectionTest {
    private interface ConnectionUse {
        void on(Connection connection) throws SQLException;
    }

    private final Shelf shelf;
    private final Barrier barrier;

    GuardedConnectionTest(TestDatabase database) {
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @Test
    void workCannotEndTheTransaction() {
        List<ConnectionUse> attempts = List.of(
                Connection::commit,
                Connection::rollback,
                connection -> connection.setAutoCommit(true),
                connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
                connection -> connection.abort(Runnable::run),
                connection -> connection.getMetaData().getConnection().commit(),
                connection -> connection.createStatement().getConnection().commit(),
                connection -> connection
                        .unwrap(com.mysql.cj.jdbc.JdbcConnection.class)
                        .commit());
        assertThat(attempts).allSatisfy(attempt -> {
            long product = shelf.newProduct();
            BranchContext action = Shelf.action();
            assertThatThrownBy(() -> barrier.of(action).call(connection -> {
                        Shelf.move(connection, product, 1);
                        attempt.on(connection);
                    }))
                    .isInstanceOf(SQLException.class);
            assertThat(shelf.reserved(product)).isZero();
            assertThat(shelf.barrierRows(action)).isEmpty();
        });
    }

    @Test
    void swallowedErrorIsNoticedOnEveryKindOfStatement() {
        List<ConnectionUse> statements = List.of(
                connection -> connection.createStatement().executeUpdate("UPDATE nowhere SET x = 1"),
                connection ->
                        connection.prepareStatement("UPDATE nowhere SET x = 1").executeUpdate(),
                connection -> connection.prepareCall("CALL nothing()").execute(),
                connection -> {
                    Statement batch = connection.createStatement();
                    batch.addBatch("UPDATE nowhere SET x = 1");
                    batch.executeBatch();
                },
                connection -> {
                    ResultSet rows = connection.createStatement().executeQuery("SELECT 1");
                    rows.getStatement().execute("UPDATE nowhere SET x = 1");
                });
        assertThat(statements).allSatisfy(statement -> {
            long product = shelf.newProduct();
            BranchContext action = Shelf.action();
            assertThatThrownBy(() -> barrier.of(action).call(connection -> {
                        Shelf.move(connection, product, 1);
                        assertThatThrownBy(() -> statement.on(connection)).isInstanceOf(SQLException.class);
                    }))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Work returned normally although a statement had failed")
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(shelf.reserved(product)).isZero();
            assertThat(shelf.barrierRows(action)).isEmpty();
        });
    }

    @Test
    void workMayReturnToItsOwnSavepointAndCloseWhatItWasGiven() throws SQLException {
        long kept = shelf.newProduct();
        long undone = shelf.newProduct();
        BranchContext action = Shelf.action();

        BarrierOutcome outcome = barrier.of(action).call(connection -> {
            Shelf.move(connection, kept, 1);
            Savepoint savepoint = connection.setSavepoint();
            Shelf.move(connection, undone, 1);
            connection.rollback(savepoint);
            connection.setAutoCommit(false);
            connection.close();
        });

        assertThat(outcome).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(kept)).isOne();
        assertThat(shelf.reserved(undone)).isZero();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action");
    }

    @Test
    void connectionAndStatementsAreEqualToThemselvesOnly() throws SQLException {
        barrier.of(Shelf.action()).call(connection -> {
            try (PreparedStatement one = connection.prepareStatement("SELECT 1");
                    PreparedStatement other = connection.prepareStatement("SELECT 2")) {
                assertThat(one).isNotEqualTo(other).isNotEqualTo(null);
                assertThat(one.isWrapperFor(PreparedStatement.class)).isTrue();
                assertThat(one.unwrap(PreparedStatement.class)).isSameAs(one);
                assertThat(one.getConnection()).isEqualTo(connection);
            }
        });
    }
}
