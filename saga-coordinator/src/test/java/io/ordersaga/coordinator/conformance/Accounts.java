package io.ordersaga.coordinator.conformance;

import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

/// What the participant has: accounts in a database, behind the barrier that Java participants use. Thread-safe.
final class Accounts {

    private static final int OPENED_WITH = 100;
    private static final String BARRIER_TABLE = "/db/barrier/V0_1__create_barrier.sql";

    private final TestDatabase database;
    private final Barrier barrier;
    private final XaBranches xa;

    Accounts(TestDatabase database) {
        this.database = database;
        this.barrier = new Barrier(database.dataSource());
        this.xa = new XaBranches(database);
        database.update(barrierTable());
        database.update("CREATE TABLE account (name VARCHAR(200) PRIMARY KEY, balance INT NOT NULL)");
    }

    private static String barrierTable() {
        try (var file = Objects.requireNonNull(Barrier.class.getResourceAsStream(BARRIER_TABLE))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .replaceFirst(";$", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Barrier barrier() {
        return barrier;
    }

    XaBranches xa() {
        return xa;
    }

    /// A new one with 100 in it.
    String open(String name) {
        database.update("INSERT INTO account VALUES (?, ?)", name, OPENED_WITH);
        return name;
    }

    int balance(String account) {
        return Integer.parseInt(database.rows("SELECT balance FROM account WHERE name = ?", account)
                .getFirst());
    }

    /// Refuses when there is not enough in the account.
    static SqlWork add(String account, int amount) {
        return connection -> change(connection, account, amount);
    }

    private static void change(Connection connection, String account, int amount) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE account SET balance = balance + ? WHERE name = ? AND balance + ? >= 0")) {
            update.setInt(1, amount);
            update.setString(2, account);
            update.setInt(3, amount);
            if (update.executeUpdate() != 1) {
                throw new BranchRefusedException("bank", "SHORT", Peer.REFUSAL, Map.of("account", account));
            }
        }
    }

    /// A branch that does the work, or undoes it with its opposite, once.
    Peer.Work moving(String account, int amount) {
        return branch -> {
            int sign = branch.op().equals("action") || branch.op().equals("try") ? 1 : -1;
            barrier.of(branch).call(add(account, sign * amount));
        };
    }

    /// The same, whose first answer gets lost when everything is done.
    static Peer.Work losingFirstAnswer(Peer.Work work) {
        return new Peer.Work() {
            private boolean lost;

            @Override
            public synchronized void run(BranchContext branch) throws SQLException {
                work.run(branch);
                if (!lost) {
                    lost = true;
                    throw new IllegalStateException("the answer gets lost");
                }
            }
        };
    }
}
