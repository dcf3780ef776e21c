package io.ordersaga.simulation.planted;

import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.simulation.shop.Guard;
import io.ordersaga.simulation.world.Parts;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

    /// DTM's barrier without what watches the connection: an error of the work is taken for a success.
    static final class ErrorSwallowed extends Parts {

        private static final String INSERT = """
                INSERT INTO barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
                VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
                """;
        private static final int DUPLICATE_KEY = 1062;

        private final int error;

        ErrorSwallowed(int error) {
            this.error = error;
        }

        @Override
        public Guard guard(DataSource dataSource) {
            return (branch, work) -> {
                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    BarrierOutcome outcome = careless(connection, branch, work);
                    connection.commit();
                    return outcome;
                }
            };
        }

        private BarrierOutcome careless(Connection connection, BranchContext branch, SqlWork work) throws SQLException {
            boolean nothingToUndo = !isAction(branch) && insert(connection, branch, ACTION);
            if (!insert(connection, branch, branch.op())) {
                return BarrierOutcome.DUPLICATE;
            }
            if (nothingToUndo) {
                return BarrierOutcome.NULL_COMPENSATION;
            }
            try {
                work.run(connection);
            } catch (SQLException failure) {
                if (failure.getErrorCode() != error) {
                    throw failure;
                }
            }
            return BarrierOutcome.EXECUTED;
        }

        private static boolean insert(Connection connection, BranchContext branch, String op) throws SQLException {
            String[] values = {branch.gid(), branch.branchId(), op, "01", branch.transType(), branch.op()};
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (int i = 0; i < values.length; i++) {
                    insert.setBytes(i + 1, values[i].getBytes(StandardCharsets.UTF_8));
                }
                insert.executeUpdate();
                return true;
            } catch (SQLException failure) {
                if (failure.getErrorCode() == DUPLICATE_KEY) {
                    return false;
                }
                throw failure;
            }
        }
    }
}
