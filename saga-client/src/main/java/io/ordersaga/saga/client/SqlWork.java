package io.ordersaga.saga.client;

import java.sql.Connection;
import java.sql.SQLException;

/// What a branch operation does to its own database, inside the barrier's transaction.
@FunctionalInterface
public interface SqlWork {
    /// Does the work on `connection` only, which belongs to the barrier: work may not commit, roll back (other than
    /// to its own savepoint) or change the transaction mode, and must not run statements that commit implicitly, as
    /// DDL does. Closing the connection does nothing. Any exception rolls everything back, also the barrier's row.
    void run(Connection connection) throws SQLException;
}
