package io.ordersaga.saga.client;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The barrier rows of one call. Every value is bound as bytes, as the columns are: a text parameter would be
/// converted by the connection's character set on its way.
final class BarrierTable {
    /// MySQL's and MariaDB's code for a row whose key exists.
    private static final int DUPLICATE_KEY = 1062;

    private final Connection connection;
    private final BranchContext branch;
    private final String barrierId;

    BarrierTable(Connection connection, BranchContext branch, String barrierId) {
        this.connection = connection;
        this.branch = branch;
        this.barrierId = barrierId;
    }

    // Not INSERT IGNORE: it also swallows what truncates a key.
    private static final String INSERT = """
            INSERT INTO barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
            VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
            """;

    /// Inserts the row of `op` in the name of the branch's operation; false when that row exists. Waits for another
    /// transaction that has inserted it and is still open.
    boolean insert(String op) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(insert, branch.gid(), branch.branchId(), op, barrierId, branch.transType(), branch.op());
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            // Any other failure may have undone the statement or the transaction, so it has to end the call.
            if (e.getErrorCode() == DUPLICATE_KEY) {
                return false;
            }
            throw e;
        }
    }

    private static final String SELECT_REASON = """
            SELECT reason
            FROM barrier
            WHERE gid = ? AND branch_id = ? AND op = ? AND barrier_id = ?
            """;

    /// The operation that inserted this operation's row, which a failed insert has just found and locked.
    String reason() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_REASON)) {
            bind(select, branch.gid(), branch.branchId(), branch.op(), barrierId);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("The barrier row of " + branch + " exists but is not visible");
                }
                return new String(row.getBytes(1), StandardCharsets.UTF_8);
            }
        }
    }

    private static void bind(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setBytes(i + 1, values[i].getBytes(StandardCharsets.UTF_8));
        }
    }
}
