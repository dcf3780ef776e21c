package io.ordersaga.saga.client;

import java.sql.Connection;
import java.sql.SQLException;

/// Where a [Barrier]'s rows and those of its work become one transaction: a connection of its own for
/// plain JDBC ([Barrier#Barrier(javax.sql.DataSource)]), or whatever a framework has. Implementations are
/// safe for any number of threads.
public interface BarrierTransactions {
    /// What happens inside the transaction.
    @FunctionalInterface
    interface Body<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Work that finds its connection by itself.
    @FunctionalInterface
    interface Exposed {
        void run() throws SQLException;
    }

    /// Runs `body` on a connection in a transaction at READ COMMITTED; commits when it returns, rolls
    /// back when it throws anything. A transaction that is running already may be joined instead: then it
    /// is committed by whoever began it, and can only be rolled back after `body` threw.
    <T> T run(Body<T> body) throws SQLException;

    /// Runs `work` while everything that takes its connection from the framework finds `connection`: the
    /// transaction's, watched for errors that work swallows. Does nothing more, unless overridden.
    default void expose(Connection connection, Exposed work) throws SQLException {
        work.run();
    }

    /// Whether [#run] would join a transaction of this thread, which then is not committed when it
    /// returns. Never, unless overridden.
    default boolean wouldJoin() {
        return false;
    }
}
