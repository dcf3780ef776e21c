package io.ordersaga.simulation.shop;

import io.ordersaga.simulation.shop.Mishaps.Mishap;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/// One participant's database: the barrier's table, a stock and a ledger of its changes. It knows exactly the
/// statements of the barrier and of [ShelfTable]; any other is an error.
///
/// Transactions run one after the other, each at one instant. What one transaction does to another that is
/// still open is played by locks that a dead connection leaves behind: whoever meets one waits in vain (1205).
public final class BranchDatabase {

    private final LongSupplier now;
    private final LongSupplier sequence;
    private final Mishaps mishaps;
    private final Map<BarrierKey, String> barrier = new HashMap<>();
    private final Map<BarrierKey, Long> barrierLocks = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private long stockLockedUntil;
    private long available;
    private long taken;
    private boolean belowZero;

    record BarrierKey(String gid, String branchId, String op, String barrierId) {}

    /// An empty ledger and a full shelf.
    ///
    /// @param now virtual microseconds
    /// @param sequence numbers the effects of all participants
    public BranchDatabase(long available, LongSupplier now, LongSupplier sequence, Mishaps mishaps) {
        this.available = available;
        this.now = now;
        this.sequence = sequence;
        this.mishaps = mishaps;
    }

    /// Connections to it, all of them made by hand.
    public DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                BranchDatabase.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        return Proxy.newProxyInstance(
                                BranchDatabase.class.getClassLoader(),
                                new Class<?>[] {Connection.class},
                                new FakeConnection(new Transaction()));
                    }
                    throw new SQLException("DataSource." + method.getName() + " is not simulated");
                });
    }

    /// What is committed, in the order of the commits' statements.
    public List<Effect> effects() {
        return effects;
    }

    public long available() {
        return available;
    }

    public long taken() {
        return taken;
    }

    /// Whether the stock was negative at any time.
    public boolean wasBelowZero() {
        return belowZero;
    }

    /// What one connection does between two commits.
    final class Transaction {

        private final Deque<Runnable> undo = new ArrayDeque<>();
        private final List<BarrierKey> locked = new ArrayList<>();
        private boolean changedStock;
        private boolean dead;

        boolean insertBarrier(BarrierKey key, String reason) throws SQLException {
            meet(mishaps.onBarrier());
            if (barrierLocks.getOrDefault(key, 0L) > now.getAsLong()) {
                throw lockWait();
            }
            if (barrier.putIfAbsent(key, reason) != null) {
                return false;
            }
            undo.push(() -> barrier.remove(key));
            locked.add(key);
            return true;
        }

        @org.jspecify.annotations.Nullable
        String barrierReason(BarrierKey key) throws SQLException {
            meet(mishaps.onBarrier());
            return barrier.get(key);
        }

        /// The two guarded updates of the stock: rows changed, 0 or 1.
        int take(long amount) throws SQLException {
            meet(mishaps.onBusiness());
            waitForStock();
            if (available < amount || taken + amount < 0) {
                return 0;
            }
            move(amount);
            return 1;
        }

        void insertEffect(String gid, String branchId, String op, long amount) throws SQLException {
            meet(mishaps.onBusiness());
            Effect effect = new Effect(gid, branchId, op, amount, sequence.getAsLong());
            effects.add(effect);
            undo.push(() -> effects.removeLast());
        }

        void commit() throws SQLException {
            Mishap mishap = mishaps.onCommit();
            if (mishap != Mishap.ACK_LOST) {
                meet(mishap);
            }
            undo.clear();
            locked.clear();
            changedStock = false;
            if (mishap == Mishap.ACK_LOST) {
                dead = true;
                throw connectionLost();
            }
        }

        void rollback() throws SQLException {
            requireAlive();
            undoAll();
        }

        void end() {
            undoAll();
            dead = true;
        }

        private void waitForStock() throws SQLException {
            if (stockLockedUntil > now.getAsLong()) {
                throw lockWait();
            }
        }

        private void move(long amount) {
            available -= amount;
            taken += amount;
            belowZero |= available < 0 || taken < 0;
            changedStock = true;
            undo.push(() -> {
                available += amount;
                taken -= amount;
            });
        }

        private void meet(Mishap mishap) throws SQLException {
            requireAlive();
            switch (mishap) {
                case NONE, ACK_LOST -> {}
                case LOCK_WAIT -> throw lockWait();
                case DEADLOCK -> {
                    undoAll();
                    throw new SQLException("Deadlock found when trying to get lock", "40001", 1213);
                }
                case CONNECTION_DIED -> {
                    end();
                    throw connectionLost();
                }
                case CONNECTION_LEFT -> {
                    leaveLocks();
                    end();
                    throw connectionLost();
                }
            }
        }

        private void leaveLocks() {
            long until = now.getAsLong() + mishaps.lockLeftBehind();
            locked.forEach(key -> barrierLocks.put(key, until));
            if (changedStock) {
                stockLockedUntil = until;
            }
        }

        private void undoAll() {
            while (!undo.isEmpty()) {
                undo.pop().run();
            }
            locked.clear();
            changedStock = false;
        }

        private void requireAlive() throws SQLException {
            if (dead) {
                throw connectionLost();
            }
        }
    }

    private static SQLException lockWait() {
        return new SQLException("Lock wait timeout exceeded; try restarting transaction", "40001", 1205);
    }

    private static SQLException connectionLost() {
        return new SQLException("Communications link failure", "08S01", 0);
    }
}
