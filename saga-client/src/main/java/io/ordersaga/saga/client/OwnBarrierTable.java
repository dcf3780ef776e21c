package io.ordersaga.saga.client;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// The rows in the table of `db/barrier`. Every value is bound as bytes, as the columns are: a text
/// parameter would be converted by the connection's character set on its way.
record OwnBarrierTable(Connection connection, BranchContext branch, String barrierId) implements BarrierTable {
    // Not INSERT IGNORE: it also swallows what truncates a key.
    private static final String INSERT = """
            INSERT INTO barrier (gid, branch_id, op, barrier_id, trans_type, reason, created_at)
            VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
            """;

    @Override
    public boolean insert(String op, String reason) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(insert, branch.gid(), branch.branchId(), op, barrierId, branch.transType(), reason);
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

    @Override
    public Optional<String> reason(String op) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_REASON)) {
            bind(select, branch.gid(), branch.branchId(), op, barrierId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new String(row.getBytes(1), StandardCharsets.UTF_8)) : Optional.empty();
            }
        }
    }

    private static void bind(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setBytes(i + 1, values[i].getBytes(StandardCharsets.UTF_8));
        }
    }
}
