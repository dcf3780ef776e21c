package io.ordersaga.coordinator.conformance;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BarrierTransactions;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A resource manager for DTM's mode `xa`, as its clients are: a branch is an XA transaction of the database, with its
/// barrier row inside. Thread-safe.
final class XaBranches {

    private static final int NO_SUCH_XID = 1397;

    private final TestDatabase database;
    /// Which end of the connection has not been seen yet: some servers let go of a prepared transaction only then.
    private final Map<String, Connection> prepared = new ConcurrentHashMap<>();

    XaBranches(TestDatabase database) {
        this.database = database;
    }

    /// Does the work and prepares it.
    ///
    /// @throws SQLException when it failed; then nothing is left of it
    void prepare(BranchContext branch, SqlWork work) throws SQLException {
        new Barrier(new Xa(xid(branch))).of(branch).call(work);
    }

    /// The second phase, `commit` or `rollback`: done already, or never prepared, is done.
    void finish(BranchContext branch) throws SQLException {
        String xid = xid(branch);
        Connection kept = prepared.remove(xid);
        try (Connection connection = kept == null ? database.openConnection() : kept) {
            execute(connection, "XA " + branch.op() + " '" + xid + "'");
        } catch (SQLException failure) {
            if (failure.getErrorCode() != NO_SUCH_XID) {
                throw failure;
            }
        }
        if (branch.op().equals("rollback")) {
            new Barrier(database.dataSource()).of(branch).call(connection -> {});
        }
    }

    private static String xid(BranchContext branch) {
        return branch.gid() + "-" + branch.branchId();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private final class Xa implements BarrierTransactions {
        private final String xid;

        Xa(String xid) {
            this.xid = xid;
        }

        @Override
        public <T> T run(Body<T> body) throws SQLException {
            Connection connection = database.openConnection();
            boolean done = false;
            try {
                execute(connection, "XA START '" + xid + "'");
                T result;
                try {
                    result = body.run(connection);
                } finally {
                    execute(connection, "XA END '" + xid + "'");
                }
                execute(connection, "XA PREPARE '" + xid + "'");
                prepared.put(xid, connection);
                done = true;
                return result;
            } finally {
                if (!done) {
                    // Which rolls back what is not prepared.
                    connection.close();
                }
            }
        }
    }
}
