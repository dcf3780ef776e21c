package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Failures inside the work, caused for real. Whatever fails, all of the call is rolled back, its barrier
/// row included, and the same call succeeds once the cause is gone.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BarrierFailureTest {
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;

    /// How work treats the error of a statement.
    enum Manners {
        HONEST,
        SWALLOWING
    }

    private final TestDatabase database;
    private final Shelf shelf;
    private final Barrier barrier;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    BarrierFailureTest(TestDatabase database) {
        this.database = database;
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @AfterAll
    void stopThreads() {
        threads.shutdownNow();
    }

    /// The statement that timed out is undone but the transaction is still open: committing it would
    /// record the branch as done with its main effect missing.
    @ParameterizedTest
    @EnumSource
    void lockWaitTimeoutRollsEverythingBack(Manners manners) throws Exception {
        long free = shelf.newProduct();
        long locked = shelf.newProduct();
        BranchContext action = Shelf.action();
        SqlWork work = connection -> {
            Shelf.move(connection, free, 1);
            run(manners, connection, locked);
        };
        try (Connection other = database.openConnection()) {
            other.setAutoCommit(false);
            Shelf.move(other, locked, 0);
            Shelf.execute(other, "SELECT * FROM shelf WHERE product_id = " + locked + " FOR UPDATE");

            assertFails(
                    LOCK_WAIT_TIMEOUT,
                    () -> barrier.of(action).call(connection -> {
                        Shelf.execute(connection, "SET SESSION innodb_lock_wait_timeout = 1");
                        work.run(connection);
                    }));
            other.rollback();
        }
        assertThat(shelf.barrierRows(action)).isEmpty();
        assertThat(shelf.reserved(free)).isZero();

        assertThat(barrier.of(action).call(work)).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(free)).isOne();
        assertThat(shelf.reserved(locked)).isOne();
    }

    /// A deadlock has undone the whole transaction, and the next statement has begun another without the
    /// barrier's row: committing that would let the repeated call add its effect a second time.
    @ParameterizedTest
    @EnumSource
    void deadlockRollsEverythingBack(Manners manners) throws Exception {
        long first = shelf.newProduct();
        long second = shelf.newProduct();
        long third = shelf.newProduct();
        BranchContext action = Shelf.action();
        SqlWork work = connection -> {
            run(manners, connection, second);
            Shelf.move(connection, third, 1);
        };
        try (Connection other = heavyTransaction()) {
            Shelf.move(other, second, 0);
            Shelf.execute(other, "SELECT * FROM shelf WHERE product_id = " + second + " FOR UPDATE");
            assertFails(
                    DEADLOCK,
                    () -> barrier.of(action).call(connection -> {
                        Shelf.move(connection, first, 1);
                        Future<?> crossing = threads.submit(() -> {
                            Shelf.execute(other, "SELECT * FROM shelf WHERE product_id = " + first + " FOR UPDATE");
                            return true;
                        });
                        shelf.awaitLockWait();
                        work.run(connection);
                        assertThat(get(crossing)).isEqualTo(true);
                        other.rollback();
                    }));
            other.rollback();
        }
        assertThat(shelf.barrierRows(action)).isEmpty();
        assertThat(shelf.reserved(first)).isZero();
        assertThat(shelf.reserved(third)).isZero();

        assertThat(barrier.of(action).call(work)).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(second)).isOne();
        assertThat(shelf.reserved(third)).isOne();
    }

    /// Waiting too long for the barrier's own row is no duplicate.
    @Test
    void lockWaitTimeoutOfTheBarrierRowIsAFailure() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        try (Connection other = database.openConnection();
                Connection connection = database.openConnection()) {
            other.setAutoCommit(false);
            assertThat(new OwnBarrierTable(other, action, "01").insert("action", "action"))
                    .isTrue();
            Shelf.execute(connection, "SET SESSION innodb_lock_wait_timeout = 1");
            Barrier impatient = new Barrier(KeptConnection.source(connection));

            assertFails(LOCK_WAIT_TIMEOUT, () -> impatient.of(action).call(Shelf.reserve(product)));
            other.rollback();
        }
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(product)).isOne();
    }

    @Test
    void brokenConnectionCommitsNothing() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        assertThatThrownBy(() -> barrier.of(action).call(connection -> {
                    Shelf.move(connection, product, 1);
                    kill(connection);
                }))
                .isInstanceOf(SQLException.class);

        assertThat(shelf.barrierRows(action)).isEmpty();
        assertThat(shelf.reserved(product)).isZero();
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
    }

    @Test
    void errorOfTheProgramRollsBack() {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        assertThatThrownBy(() -> barrier.of(action).call(connection -> {
                    Shelf.move(connection, product, 1);
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(shelf.barrierRows(action)).isEmpty();
        assertThat(shelf.reserved(product)).isZero();
    }

    /// A taken key is an answer that work may act upon; the rest of the transaction is untouched by it.
    @Test
    void workMayCatchAConstraintViolation() throws SQLException {
        long product = shelf.newProduct();
        String label = "l" + product;
        shelf.update("UPDATE shelf SET label = '" + label + "' WHERE product_id = " + product);
        BranchContext action = Shelf.action();

        BarrierOutcome outcome = barrier.of(action).call(connection -> {
            Shelf.move(connection, product, 1);
            assertThatThrownBy(() -> Shelf.execute(
                            connection,
                            "INSERT INTO shelf (available, reserved, label) VALUES (1, 0, '" + label + "')"))
                    .isInstanceOf(SQLException.class);
        });

        assertThat(outcome).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(product)).isOne();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action");
    }

    private static void run(Manners manners, Connection connection, long product) throws SQLException {
        try {
            Shelf.move(connection, product, 1);
        } catch (SQLException e) {
            if (manners == Manners.HONEST) {
                throw e;
            }
        }
    }

    /// A transaction with so many changes that the server chooses the other one as a deadlock's victim.
    private Connection heavyTransaction() throws SQLException {
        Connection connection = database.openConnection();
        connection.setAutoCommit(false);
        for (int i = 0; i < 100; i++) {
            Shelf.execute(connection, "INSERT INTO shelf (available, reserved) VALUES (1, 0)");
        }
        return connection;
    }

    private void kill(Connection connection) throws SQLException {
        try (var rows = connection.createStatement().executeQuery("SELECT CONNECTION_ID()")) {
            rows.next();
            try (Connection root = database.openRootConnection()) {
                Shelf.execute(root, "KILL " + rows.getLong(1));
            }
        }
    }

    private static Object get(Future<?> future) {
        try {
            return future.get(10, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertFails(int errorCode, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(errorCode));
    }
}
