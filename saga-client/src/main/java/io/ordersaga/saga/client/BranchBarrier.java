package io.ordersaga.saga.client;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// The [Barrier] of one handler invocation. Not thread-safe.
public final class BranchBarrier {
    /// The operation that each undoing operation undoes.
    private static final Map<String, String> ORIGINS =
            Map.of("compensate", "action", "cancel", "try", "rollback", "action");

    private final DataSource dataSource;
    private final BranchContext branch;
    private int calls;

    BranchBarrier(DataSource dataSource, BranchContext branch) {
        this.dataSource = dataSource;
        this.branch = branch;
    }

    /// Runs `work` unless this operation already took effect or must not. Barrier rows and work are one transaction
    /// at READ COMMITTED on a connection of the barrier's own, and the barrier's row is its first statement: an
    /// overlapping operation of the same branch waits there until this one is decided.
    ///
    /// A handler that calls several times must make the same calls in the same order each time it is invoked.
    ///
    /// @return what happened, each of which is success for the coordinator
    /// @throws SQLException when a statement failed, also one whose exception the work swallowed (a constraint
    ///     violation excepted, which work may use as an answer): everything is rolled back and the call can be
    ///     repeated. After a failed commit the outcome is unknown, and repeating the call settles it.
    public BarrierOutcome call(SqlWork work) throws SQLException {
        calls++;
        String barrierId = String.format(Locale.ROOT, "%02d", calls);
        return OwnTransaction.run(dataSource, connection -> {
            BarrierTable table = new BarrierTable(connection, branch, barrierId);
            Optional<BarrierOutcome> decided = admit(table);
            if (decided.isPresent()) {
                // Committed all the same: the rows are what keeps a late action from running.
                return decided.get();
            }
            GuardedConnection guarded = new GuardedConnection(connection);
            work.run(guarded.connection());
            guarded.throwSwallowed();
            return BarrierOutcome.EXECUTED;
        });
    }

    private Optional<BarrierOutcome> admit(BarrierTable table) throws SQLException {
        String origin = ORIGINS.get(branch.op());
        // Stands in the action's place: a late action finds its row taken.
        boolean nothingToUndo = origin != null && table.insert(origin);
        if (!table.insert(branch.op())) {
            return Optional.of(table.reason().equals(branch.op()) ? BarrierOutcome.DUPLICATE : BarrierOutcome.LATE);
        }
        return nothingToUndo ? Optional.of(BarrierOutcome.NULL_COMPENSATION) : Optional.empty();
    }
}
