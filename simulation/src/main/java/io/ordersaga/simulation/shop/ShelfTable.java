package io.ordersaga.simulation.shop;

import io.ordersaga.saga.client.BranchContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// A participant's business: takes from a stock what an order wants, and gives it back. The ledger has no
/// unique key, so an effect that happens twice is there twice.
public final class ShelfTable {

    /// The stock does not hold what was asked for. An exception, so that the barrier rolls back; without a stack,
    /// because it happens often.
    public static final class OutOfStock extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfStock() {
            super("out of stock", null, false, false);
        }
    }

    private ShelfTable() {}

    static final String TAKE = """
            UPDATE stock SET available = available - ?, taken = taken + ?
            WHERE available >= ?
            """;

    static final String GIVE_BACK = """
            UPDATE stock SET available = available + ?, taken = taken - ?
            WHERE taken >= ?
            """;

    static final String INSERT_EFFECT = """
            INSERT INTO effect (gid, branch_id, op, amount)
            VALUES (?, ?, ?, ?)
            """;

    /// The action's work.
    public static void take(Connection connection, BranchContext branch, long amount) throws SQLException {
        if (change(connection, TAKE, amount) == 0) {
            throw new OutOfStock();
        }
        record(connection, branch, amount);
    }

    /// The compensation's work. Nobody can give back what was not taken: then this is an error, and asked again.
    public static void giveBack(Connection connection, BranchContext branch, long amount) throws SQLException {
        if (change(connection, GIVE_BACK, amount) == 0) {
            throw new SQLException("less was taken than is given back", "45000", 1644);
        }
        record(connection, branch, -amount);
    }

    private static int change(Connection connection, String sql, long amount) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, amount);
            update.setLong(2, amount);
            update.setLong(3, amount);
            return update.executeUpdate();
        }
    }

    private static void record(Connection connection, BranchContext branch, long amount) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_EFFECT)) {
            insert.setString(1, branch.gid());
            insert.setString(2, branch.branchId());
            insert.setString(3, branch.op());
            insert.setLong(4, amount);
            insert.executeUpdate();
        }
    }
}
