package io.ordersaga.saga.client;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The [Barrier] of one handler invocation. Not thread-safe.
public final class BranchBarrier {
    /// The operation that each undoing operation undoes.
    private static final Map<String, String> ORIGINS =
            Map.of("compensate", "action", "cancel", "try", "rollback", "action");

    /// The only call of a local transaction, and who took its place when it was too late.
    private static final String FIRST_CALL = "01";

    private static final String ROLLBACK = "rollback";

    private final BarrierTransactions transactions;
    private final BarrierTable.Layout layout;
    private final BranchContext branch;
    private int calls;

    BranchBarrier(BarrierTransactions transactions, BarrierTable.Layout layout, BranchContext branch) {
        this.transactions = transactions;
        this.layout = layout;
        this.branch = branch;
    }

    /// Runs `work` unless this operation already took effect or must not. Barrier rows and work are one
    /// transaction: with a barrier of a `DataSource` at READ COMMITTED on a connection of its own. The
    /// barrier's row is its first statement: an overlapping operation of the same branch waits there
    /// until this one is decided.
    ///
    /// A handler that calls several times must make the same calls in the same order each time it is
    /// invoked.
    ///
    /// @return what happened, each of which is success for the coordinator
    /// @throws SQLException when a statement failed, also one whose exception the work swallowed (a
    ///     constraint violation excepted, which work may use as an answer): everything is rolled back and
    ///     the call can be repeated. After a failed commit the outcome is unknown, and repeating the call
    ///     settles it.
    public BarrierOutcome call(SqlWork work) throws SQLException {
        calls++;
        String barrierId = String.format(Locale.ROOT, "%02d", calls);
        return transactions.run(connection -> {
            BarrierTable table = layout.on(connection, branch, barrierId);
            Optional<BarrierOutcome> decided = admit(table);
            if (decided.isPresent()) {
                // Committed all the same: the rows are what keeps a late action from running.
                return decided.get();
            }
            GuardedConnection guarded = new GuardedConnection(connection);
            transactions.expose(guarded.connection(), () -> work.run(guarded.connection()));
            guarded.throwSwallowed();
            return BarrierOutcome.EXECUTED;
        });
    }

    private Optional<BarrierOutcome> admit(BarrierTable table) throws SQLException {
        String op = branch.op();
        String origin = ORIGINS.get(op);
        // Stands in the action's place: a late action finds its row taken.
        boolean nothingToUndo = origin != null && table.insert(origin, op);
        if (!table.insert(op, op)) {
            return Optional.of(table.reasonOfExisting(op).equals(op) ? BarrierOutcome.DUPLICATE : BarrierOutcome.LATE);
        }
        return nothingToUndo ? Optional.of(BarrierOutcome.NULL_COMPENSATION) : Optional.empty();
    }

    /// Answers the coordinator's question after a message whose local transaction it heard no end of:
    /// returns when that transaction was committed, which means yes. Otherwise it is kept from ever
    /// committing, and the answer is no. Waits for a local transaction that is still open.
    ///
    /// All that a handler of [Msg#queryPrepared] does; over HTTP inside [BranchAnswer#of].
    ///
    /// @throws BranchRefusedException with the reason `NOT_COMMITTED`: the coordinator drops the message
    /// @throws InvalidBranchException when this is no such question
    /// @throws SQLException when nobody knows, as when the local transaction stays open for too long: the
    ///     coordinator asks again
    public void requireCommitted() throws SQLException {
        if (!branch.op().equals(Msg.LOCAL_OP)) {
            throw new InvalidBranchException("op", "must be " + Msg.LOCAL_OP);
        }
        if (!settle()) {
            throw new BranchRefusedException(
                    "", "NOT_COMMITTED", "The local transaction was not committed", Map.of("gid", branch.gid()));
        }
    }

    /// Whether the local transaction was committed; when it was not, it never will be.
    boolean settle() throws SQLException {
        return transactions.run(connection -> {
            BarrierTable table = layout.on(connection, branch, FIRST_CALL);
            return !table.insert(branch.op(), ROLLBACK)
                    && !table.reasonOfExisting(branch.op()).equals(ROLLBACK);
        });
    }

    /// Whether the local transaction is committed by now; it may yet be when it is not.
    boolean isCommitted() throws SQLException {
        return transactions.run(connection -> layout.on(connection, branch, FIRST_CALL)
                .reason(branch.op())
                .filter(reason -> !reason.equals(ROLLBACK))
                .isPresent());
    }

    /// Its transactions have to be over when they return.
    void requireOwnTransaction() {
        if (transactions.wouldJoin()) {
            throw new IllegalStateException(
                    "The local transaction has to be committed before the message is submitted, so none may be running");
        }
    }
}
