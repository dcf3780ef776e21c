package io.ordersaga.saga.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// The barrier rows of one call, on the connection of its transaction.
interface BarrierTable {
    /// MySQL's and MariaDB's code for a row whose key exists.
    int DUPLICATE_KEY = 1062;

    /// Which table it is.
    interface Layout {
        BarrierTable on(Connection connection, BranchContext branch, String barrierId);
    }

    /// Inserts the row of `op` in the name of `reason`; false when that row exists. Waits for another
    /// transaction that has inserted it and is still open.
    boolean insert(String op, String reason) throws SQLException;

    /// The operation that inserted the row of `op`; empty when there is none.
    Optional<String> reason(String op) throws SQLException;

    /// The operation that inserted the row of `op`, which a failed insert has just found and locked.
    default String reasonOfExisting(String op) throws SQLException {
        return reason(op)
                .orElseThrow(() -> new SQLException("The barrier row of " + op + " exists but is not visible"));
    }
}
