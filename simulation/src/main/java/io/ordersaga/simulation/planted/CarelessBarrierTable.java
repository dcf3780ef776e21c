package io.ordersaga.simulation.planted;

import io.ordersaga.saga.client.BarrierOutcome;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.SqlWork;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// DTM's barrier without what watches the connection: an error of the work is taken for a success.
final class CarelessBarrierTable {

    private static final int DUPLICATE_KEY = 1062;
    private static final String ACTION = "action";

    private final Connection connection;
    private final BranchContext branch;

    CarelessBarrierTable(Connection connection, BranchContext branch) {
        this.connection = connection;
        this.branch = branch;
    }

    /// @param swallowed the error that is taken for a success
    BarrierOutcome call(SqlWork work, int swallowed) throws SQLException {
        boolean nothingToUndo = !branch.op().equals(ACTION) && insert(ACTION);
        if (!insert(branch.op())) {
            return BarrierOutcome.DUPLICATE;
        }
        if (nothingToUndo) {
            return BarrierOutcome.NULL_COMPENSATION;
        }
        try {
            work.run(connection);
        } catch (SQLException failure) {
            if (failure.getErrorCode() != swallowed) {
                throw failure;
            }
        }
        return BarrierOutcome.EXECUTED;
    }

    private static final String INSERT = """
            INSERT INTO barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
            VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
            """;

    private boolean insert(String op) throws SQLException {
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
