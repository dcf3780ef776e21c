package io.ordersaga.simulation.planted;

import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.simulation.shop.Guard;
import io.ordersaga.simulation.world.Parts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/// What participants get wrong about the barrier.
final class GuardFaults {

    private static final String ACTION = "action";

    private GuardFaults() {}

    /// Work in a transaction of its own, without a barrier.
    private static BarrierOutcome unguarded(DataSource dataSource, SqlWork work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
            return BarrierOutcome.EXECUTED;
        }
    }

    private static boolean isAction(BranchContext branch) {
        return branch.op().equals(ACTION);
    }

    static final class ActionWithoutBarrier extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            Guard right = super.guard(dataSource);
            return (branch, work) -> isAction(branch) ? unguarded(dataSource, work) : right.call(branch, work);
        }
    }

    /// Does the work all the same when the barrier has said that it must not.
    private static Guard inSpiteOf(Guard right, DataSource dataSource, BarrierOutcome said, boolean ofAction) {
        return (branch, work) -> {
            BarrierOutcome outcome = right.call(branch, work);
            return outcome == said && isAction(branch) == ofAction ? unguarded(dataSource, work) : outcome;
        };
    }

    static final class NoNullCompensation extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            return inSpiteOf(super.guard(dataSource), dataSource, BarrierOutcome.NULL_COMPENSATION, false);
        }
    }

    static final class NoAntiSuspension extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            return inSpiteOf(super.guard(dataSource), dataSource, BarrierOutcome.LATE, true);
        }
    }

    static final class CompensationRepeated extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            return inSpiteOf(super.guard(dataSource), dataSource, BarrierOutcome.DUPLICATE, false);
        }
    }

    static final class TwoTransactions extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            return inSpiteOf(
                    (branch, _) -> super.guard(dataSource).call(branch, _ -> {}),
                    dataSource,
                    BarrierOutcome.EXECUTED,
                    true);
        }
    }

    private static BranchContext named(BranchContext branch, String gid) {
        return new BranchContext(gid, branch.transType(), branch.branchId(), branch.op());
    }

    static final class KeysCut extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            Guard right = super.guard(dataSource);
            return (branch, work) -> right.call(named(branch, branch.gid().substring(0, 16)), work);
        }
    }

    static final class KeysWithoutCase extends Parts {
        @Override
        public Guard guard(DataSource dataSource) {
            Guard right = super.guard(dataSource);
            return (branch, work) -> right.call(named(branch, branch.gid().toLowerCase(Locale.ROOT)), work);
        }
    }

    static final class ErrorSwallowed extends Parts {

        private final int error;

        ErrorSwallowed(int error) {
            this.error = error;
        }

        @Override
        public Guard guard(DataSource dataSource) {
            return (branch, work) -> {
                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    BarrierOutcome outcome = new CarelessBarrierTable(connection, branch).call(work, error);
                    connection.commit();
                    return outcome;
                }
            };
        }
    }
}
