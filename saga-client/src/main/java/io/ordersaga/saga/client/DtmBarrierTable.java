package io.ordersaga.saga.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The rows in a table as DTM's `dtmcli.barrier.mysql.sql` makes it, which participants with DTM's own
/// clients read and write too: the same rows in the same order mean the same to both.
///
/// The ids are text there. Where their collation takes two for the same, or a long one would be cut, DTM
/// skips the second branch and reports it as done; here that is an error, so that the coordinator asks
/// again and somebody looks.
record DtmBarrierTable(String table, Connection connection, BranchContext branch, String barrierId)
        implements BarrierTable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$]{1,64}(\\.[A-Za-z0-9_$]{1,64})?");

    /// @param table `table` or `schema.table`, of letters, digits, `_` and `$`
    static Layout layout(String table) {
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException("The name of the barrier table must be table or schema.table: " + table);
        }
        return (connection, branch, barrierId) -> new DtmBarrierTable(table, connection, branch, barrierId);
    }

    // DTM inserts with IGNORE, which leaves the same rows and also swallows what truncates a key.
    private static final String INSERT = """
            INSERT INTO <table> (trans_type, gid, branch_id, op, barrier_id, reason)
            VALUES (?, ?, ?, ?, ?, ?)
            """;

    @Override
    public boolean insert(String op, String reason) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT.replace("<table>", table))) {
            bind(insert, List.of(branch.transType(), branch.gid(), branch.branchId(), op, barrierId, reason));
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            // Any other failure may have undone the statement or the transaction, so it has to end the call.
            if (e.getErrorCode() != DUPLICATE_KEY) {
                throw e;
            }
        }
        String _ = reasonOfExisting(op);
        return false;
    }

    private static final String SELECT = """
            SELECT gid, branch_id, op, barrier_id, reason
            FROM <table>
            WHERE gid = ? AND branch_id = ? AND op = ? AND barrier_id = ?
            """;

    @Override
    public Optional<String> reason(String op) throws SQLException {
        List<String> key = List.of(branch.gid(), branch.branchId(), op, barrierId);
        try (PreparedStatement select = connection.prepareStatement(SELECT.replace("<table>", table))) {
            bind(select, key);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                List<String> found =
                        Arrays.asList(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
                if (!found.equals(key)) {
                    throw new SQLException("The collation of " + table + " takes " + key + " for " + found);
                }
                return Optional.of(row.getString(5));
            }
        }
    }

    private static void bind(PreparedStatement statement, List<String> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setString(i + 1, values.get(i));
        }
    }
}
