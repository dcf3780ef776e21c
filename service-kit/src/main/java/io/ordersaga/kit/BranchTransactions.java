package io.ordersaga.kit;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import java.sql.SQLException;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Runs the work of a branch behind the barrier: once, and in the same transaction as the barrier's memory of it.
/// Thread-safe.
public final class BranchTransactions {
    /// What a branch does to its tables.
    @FunctionalInterface
    public interface Work<T> {
        /// Throws [io.ordersaga.saga.client.BranchRefusedException] to refuse; whatever it throws undoes all it did.
        void run(T table, BranchContext branch);
    }

    private final Barrier barrier;
    private final Jdbi jdbi;
    private final Connections connections;

    BranchTransactions(Barrier barrier, Jdbi jdbi, Connections connections) {
        this.barrier = barrier;
        this.jdbi = jdbi;
        this.connections = connections;
    }

    /// Hands `work` the SQL object `table` on the connection of the transaction, unless the barrier knows that the
    /// branch
    /// of the current call was already done or must not be done any more. A handler calls this once.
    ///
    /// @return what the barrier did; every outcome is a success for the coordinator
    /// @throws io.ordersaga.saga.client.InvalidBranchException when the call came from elsewhere
    public <T> BarrierOutcome run(Class<T> table, Work<T> work) {
        BranchContext branch = BranchContext.current();
        try {
            BarrierOutcome outcome = barrier.of(branch)
                    .call(connection -> connections.using(connection, () -> {
                        try (Handle handle = jdbi.open()) {
                            work.run(handle.attach(table), branch);
                        }
                    }));
            CallScope.current().ifPresent(scope -> scope.effect(outcome.name().toLowerCase(Locale.ROOT)));
            return outcome;
        } catch (SQLException e) {
            // Told apart by its cause, see DatabaseFailures.
            throw new IllegalStateException("The transaction of " + branch + " failed", e);
        }
    }
}
