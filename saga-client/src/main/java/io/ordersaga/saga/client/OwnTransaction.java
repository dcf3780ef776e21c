package io.ordersaga.saga.client;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// Transactions at READ COMMITTED, each on a connection of its own, which goes back as it came.
record OwnTransaction(DataSource dataSource) implements BarrierTransactions {
    @Override
    public <T> T run(Body<T> body) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            int isolation = connection.getTransactionIsolation();
            boolean autoCommit = connection.getAutoCommit();
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            T result;
            try {
                result = body.run(connection);
                connection.commit();
            } catch (Throwable e) { // also an Error must not leave a half transaction behind
                if (rolledBack(connection, e)) {
                    restore(connection, autoCommit, isolation, e);
                }
                throw e;
            }
            connection.setAutoCommit(autoCommit);
            connection.setTransactionIsolation(isolation);
            return result;
        }
    }

    private static boolean rolledBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            cause.addSuppressed(e);
            abort(connection, cause);
            return false;
        }
    }

    /// Switching auto-commit on commits what is open, so a connection that cannot roll back is cut: then
    /// the server does.
    private static void abort(Connection connection, Throwable cause) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restore(Connection connection, boolean autoCommit, int isolation, Throwable cause) {
        try {
            connection.setAutoCommit(autoCommit);
            connection.setTransactionIsolation(isolation);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
