package io.ordersaga.saga.spring;

import io.ordersaga.saga.client.BarrierTransactions;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The barrier in Spring's transactions: joins the one that runs, or begins one at READ COMMITTED. Work
/// may use `JdbcTemplate`, `JdbcClient` or whatever else takes its connection from Spring, and finds the
/// barrier's. Thread-safe.
///
/// In a transaction that it joined, the barrier should come before any other statement, or an overlapping
/// operation of the same branch may be refused for what it cannot see; and what the barrier said is true
/// only when whoever began the transaction has committed it.
public final class SpringTransactions implements BarrierTransactions {
    private final TransactionTemplate template;
    private final DataSource database;

    /// The transactions of one database.
    ///
    /// @param manager of `database`
    public SpringTransactions(PlatformTransactionManager manager, DataSource database) {
        this.template = new TransactionTemplate(manager);
        this.template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRED);
        this.template.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.database = database;
    }

    /// Takes a checked exception through the template, which rolls back for it.
    private static final class Carried extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final SQLException failure;

        Carried(SQLException failure) {
            super(null, failure, false, false);
            this.failure = failure;
        }
    }

    /// Holds a result through the template, whose own may be null.
    private record Result<T>(T value) {}

    @Override
    public <T> T run(Body<T> body) throws SQLException {
        try {
            Result<T> result = template.execute(status -> new Result<>(inTransaction(body)));
            if (result == null) {
                throw new IllegalStateException("The transaction manager did not run the work");
            }
            return result.value();
        } catch (Carried carried) {
            throw carried.failure;
        } catch (TransactionException e) {
            // Neither begun nor, perhaps, committed: as with plain JDBC, to be repeated.
            throw new SQLException("The transaction failed: " + e.getMessage(), e);
        }
    }

    private <T> T inTransaction(Body<T> body) {
        Connection connection = DataSourceUtils.getConnection(database);
        try {
            // Spring would also bind one that nobody commits.
            if (connection.getAutoCommit()) {
                throw new IllegalStateException("The transaction manager has no transactions of this DataSource");
            }
            return body.run(connection);
        } catch (SQLException e) {
            throw new Carried(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }

    /// The connection in place of the real one, for whatever asks Spring for it.
    private static final class Watched extends ConnectionHolder {
        Watched(Connection connection) {
            super(connection);
            setSynchronizedWithTransaction(true);
            setTransactionActive(true);
        }
    }

    @Override
    public void expose(Connection connection, Exposed work) throws SQLException {
        if (!(TransactionSynchronizationManager.getResource(database) instanceof ConnectionHolder real)) {
            work.run();
            return;
        }
        Watched watched = new Watched(connection);
        TransactionSynchronizationManager.unbindResource(database);
        TransactionSynchronizationManager.bindResource(database, watched);
        try {
            work.run();
        } finally {
            TransactionSynchronizationManager.unbindResource(database);
            TransactionSynchronizationManager.bindResource(database, real);
            if (watched.isRollbackOnly()) {
                real.setRollbackOnly();
            }
        }
    }

    @Override
    public boolean wouldJoin() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }
}
