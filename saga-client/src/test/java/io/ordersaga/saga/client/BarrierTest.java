package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.DUPLICATE;
import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static io.ordersaga.saga.client.BarrierOutcome.LATE;
import static io.ordersaga.saga.client.BarrierOutcome.NULL_COMPENSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls in every order that a coordinator can bring about, one at a time. The rows expected are those that DTM's
/// barrier
/// leaves.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BarrierTest {
    private final Shelf shelf;
    private final Barrier barrier;
    private final TestDatabase database;

    BarrierTest(TestDatabase database) {
        this.database = database;
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @Test
    void actionRunsOnce() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(DUPLICATE);

        assertThat(shelf.reserved(product)).isOne();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action");
    }

    @Test
    void compensationUndoesOnce() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchContext compensation = Shelf.compensation(action);
        barrier.of(action).call(Shelf.reserve(product));

        assertThat(barrier.of(compensation).call(Shelf.release(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(compensation).call(Shelf.release(product))).isEqualTo(DUPLICATE);

        assertThat(shelf.reserved(product)).isZero();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action", "02 01 compensate compensate");
    }

    /// The request of the action was lost, or is still on its way.
    @Test
    void compensationWithoutActionDoesNothingAndKeepsTheLateActionFromRunning() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        assertThat(barrier.of(Shelf.compensation(action)).call(Shelf.release(product)))
                .isEqualTo(NULL_COMPENSATION);
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(LATE);
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(LATE);
        assertThat(barrier.of(Shelf.compensation(action)).call(Shelf.release(product)))
                .isEqualTo(DUPLICATE);

        assertThat(shelf.reserved(product)).isZero();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action compensate", "02 01 compensate compensate");
    }

    @Test
    void refusedActionLeavesNothingAndItsCompensationHasNothingToUndo() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchRefusedException refusal =
                new BranchRefusedException("stock.ordersaga", "OUT_OF_STOCK", "Not enough pieces", Map.of());

        assertThatThrownBy(() -> barrier.of(action).call(connection -> {
                    Shelf.move(connection, product, 1);
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThat(shelf.barrierRows(action)).isEmpty();
        assertThat(shelf.reserved(product)).isZero();

        assertThat(barrier.of(Shelf.compensation(action)).call(Shelf.release(product)))
                .isEqualTo(NULL_COMPENSATION);
        assertThat(shelf.reserved(product)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"saga, action, compensate", "tcc, try, cancel", "xa, action, rollback"})
    void eachUndoingOperationKnowsItsOrigin(String transType, String origin, String undo) throws SQLException {
        long product = shelf.newProduct();
        String gid = Shelf.action().gid();
        BranchContext doing = new BranchContext(gid, transType, "01", origin);
        BranchContext undoing = new BranchContext(gid, transType, "01", undo);

        assertThat(barrier.of(undoing).call(Shelf.release(product))).isEqualTo(NULL_COMPENSATION);
        assertThat(barrier.of(doing).call(Shelf.reserve(product))).isEqualTo(LATE);

        assertThat(shelf.reserved(product)).isZero();
    }

    /// `confirm` undoes nothing, so nothing has to precede it.
    @Test
    void confirmationNeedsNoOrigin() throws SQLException {
        long product = shelf.newProduct();
        BranchContext confirm = new BranchContext(Shelf.action().gid(), "tcc", "01", "confirm");

        assertThat(barrier.of(confirm).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(shelf.barrierRows(confirm)).containsExactly("01 01 confirm confirm");
    }

    @Test
    void eachCallOfOneHandlerIsGuardedAlone() throws SQLException {
        long first = shelf.newProduct();
        long second = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchBarrier interrupted = barrier.of(action);
        interrupted.call(Shelf.reserve(first));
        assertThatThrownBy(() -> interrupted.call(connection -> {
                    Shelf.move(connection, second, 1);
                    throw new IllegalStateException("the process dies here");
                }))
                .hasMessage("the process dies here");
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action");

        BranchBarrier repeated = barrier.of(action);
        assertThat(repeated.call(Shelf.reserve(first))).isEqualTo(DUPLICATE);
        assertThat(repeated.call(Shelf.reserve(second))).isEqualTo(EXECUTED);

        assertThat(shelf.reserved(first)).isOne();
        assertThat(shelf.reserved(second)).isOne();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action", "02 02 action action");

        BranchBarrier compensation = barrier.of(Shelf.compensation(action));
        assertThat(compensation.call(Shelf.release(second))).isEqualTo(EXECUTED);
        assertThat(compensation.call(Shelf.release(first))).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(first)).isZero();
        assertThat(shelf.reserved(second)).isZero();
    }

    /// The action reached only the first of its two calls: the second compensation has nothing to undo.
    @Test
    void compensationUndoesOnlyTheCallsThatTookEffect() throws SQLException {
        long first = shelf.newProduct();
        long second = shelf.newProduct();
        BranchContext action = Shelf.action();
        barrier.of(action).call(Shelf.reserve(first));

        BranchBarrier compensation = barrier.of(Shelf.compensation(action));
        assertThat(compensation.call(Shelf.release(first))).isEqualTo(EXECUTED);
        assertThat(compensation.call(Shelf.release(second))).isEqualTo(NULL_COMPENSATION);

        assertThat(shelf.reserved(first)).isZero();
        assertThat(shelf.reserved(second)).isZero();
    }

    @Test
    void branchesAndTransactionsDoNotMeet() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchContext otherBranch = new BranchContext(action.gid(), "saga", "03", "action");

        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(otherBranch).call(Shelf.reserve(product))).isEqualTo(EXECUTED);
        assertThat(barrier.of(Shelf.action()).call(Shelf.reserve(product))).isEqualTo(EXECUTED);

        assertThat(shelf.reserved(product)).isEqualTo(3);
    }

    @Test
    void workRunsAtReadCommittedAndTheConnectionGoesBackAsItCame() throws SQLException {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        try (Connection connection = database.openConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            Barrier own = new Barrier(KeptConnection.source(connection));

            own.of(action).call(guarded -> {
                assertThat(guarded.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
                assertThat(guarded.getAutoCommit()).isFalse();
                Shelf.move(guarded, product, 1);
            });
            assertAsItCame(connection);
            own.of(action).call(Shelf.reserve(product));
            assertAsItCame(connection);
            own.of(Shelf.compensation(Shelf.action())).call(Shelf.release(product));
            assertAsItCame(connection);
            assertThatThrownBy(() -> own.of(Shelf.action()).call(guarded -> {
                        Shelf.move(guarded, product, 1);
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertAsItCame(connection);
        }
        assertThat(shelf.reserved(product)).isOne();
    }

    private static void assertAsItCame(Connection connection) throws SQLException {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    }
}
