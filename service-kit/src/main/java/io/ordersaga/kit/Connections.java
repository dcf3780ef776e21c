package io.ordersaga.kit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;

/// Where JDBI gets its connections: from the pool, or, within [#using], the one whose transaction someone else commits.
final class Connections implements ConnectionFactory {
    private final ScopedValue<Connection> borrowed = ScopedValue.newInstance();
    private final DataSource pool;

    Connections(DataSource pool) {
        this.pool = pool;
    }

    /// Runs `work`, whose SQL all goes to `connection`; neither commits nor closes it.
    void using(Connection connection, Runnable work) {
        ScopedValue.where(borrowed, connection).run(work);
    }

    /// The same with work that returns something.
    <R> R using(Connection connection, Supplier<R> work) {
        return ScopedValue.where(borrowed, connection).call(work::get);
    }

    @Override
    public Connection openConnection() throws SQLException {
        return borrowed.isBound() ? borrowed.get() : pool.getConnection();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // This very connection is meant.
    public void closeConnection(Connection connection) throws SQLException {
        if (!borrowed.isBound() || borrowed.get() != connection) {
            connection.close();
        }
    }
}
