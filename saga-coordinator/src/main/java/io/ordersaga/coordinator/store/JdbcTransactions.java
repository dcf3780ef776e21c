package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Lease;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/// [Transactions] on a real database.
final class JdbcTransactions implements Transactions {

    /// MySQL and MariaDB: duplicate entry for a key.
    private static final int DUPLICATE = 1062;

    /// Where connections come from; each is closed after one transaction.
    interface Connections {
        Connection open() throws SQLException;
    }

    private final Connections connections;
    private final String owner;
    private volatile LongConsumer commitTimes = _ -> {};

    /// @param owner the name under which this coordinator's sagas stand in the table
    JdbcTransactions(Connections connections, String owner) {
        this.connections = connections;
        this.owner = owner;
    }

    @Override
    public void onCommit(LongConsumer listener) {
        commitTimes = listener;
    }

    @Override
    public Map<Long, Verdict> write(Batch batch) throws SQLException {
        List<Write.Fresh> fresh = ofKind(Write.Fresh.class, batch.writes());
        List<Write.State> states = ofKind(Write.State.class, batch.writes());
        // One row needs no transaction around it, which saves three trips to the database.
        Work<Map<Long, Verdict>> work = connection -> {
            BatchTable table = new BatchTable(connection);
            Map<Long, Verdict> verdicts = new HashMap<>();
            if (!fresh.isEmpty()) {
                insert(table, fresh, verdicts);
            }
            if (!states.isEmpty()) {
                update(table, states, verdicts);
            }
            if (!batch.attempts().isEmpty()) {
                table.insertAttempts(batch.attempts());
                new FoundByTable(connection).keepTrouble(batch.attempts());
            }
            return verdicts;
        };
        boolean labelled = fresh.stream().anyMatch(saga -> !saga.labels().isEmpty());
        return batch.rows() == 1 && !labelled ? atOnce(work) : inTransaction(work);
    }

    private static <T extends Write> List<T> ofKind(Class<T> kind, List<Write> writes) {
        return writes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// Inserts all but those whose gid is taken. A row that is ours already is one whose commit was not answered.
    private void insert(BatchTable table, List<Write.Fresh> sagas, Map<Long, Verdict> verdicts) throws SQLException {
        List<Write.Fresh> left = sagas;
        while (!left.isEmpty()) {
            try {
                table.insert(left);
                new FoundByTable(table.connection()).insertLabels(left);
                left.forEach(saga -> verdicts.put(saga.sagaId(), new Verdict.Stored()));
                return;
            } catch (SQLException failure) {
                if (failure.getErrorCode() != DUPLICATE) {
                    throw failure;
                }
            }
            Map<Bytes, SagaRow.Known> known = table.known(left);
            List<Write.Fresh> unknown = new ArrayList<>();
            for (Write.Fresh saga : left) {
                SagaRow.Known row = known.get(saga.content().gid());
                if (row == null) {
                    unknown.add(saga);
                } else {
                    verdicts.put(saga.sagaId(), isOurs(row, saga) ? new Verdict.Stored() : new Verdict.GidTaken(row));
                }
            }
            if (unknown.size() == left.size()) {
                insertOneByOne(table, unknown, verdicts);
                return;
            }
            left = unknown;
        }
    }

    /// Two of them have one gid or one id, or one has the id of a row that is there.
    private void insertOneByOne(BatchTable table, List<Write.Fresh> sagas, Map<Long, Verdict> verdicts)
            throws SQLException {
        for (Write.Fresh saga : sagas) {
            try {
                table.insert(List.of(saga));
                new FoundByTable(table.connection()).insertLabels(List.of(saga));
                verdicts.put(saga.sagaId(), new Verdict.Stored());
            } catch (SQLException failure) {
                if (failure.getErrorCode() != DUPLICATE) {
                    throw failure;
                }
                SagaRow.Known row =
                        table.known(List.of(saga)).get(saga.content().gid());
                verdicts.put(saga.sagaId(), row == null ? new Verdict.IdTaken() : new Verdict.GidTaken(row));
            }
        }
    }

    private boolean isOurs(SagaRow.Known row, Write.Fresh saga) {
        return row.id() == saga.sagaId()
                && row.epoch() == 1
                && row.owner().equals(Optional.of(owner))
                && row.digest().equals(saga.content().digest());
    }

    private static void update(BatchTable table, List<Write.State> states, Map<Long, Verdict> verdicts)
            throws SQLException {
        List<Lease> leases = states.stream().map(Write.State::lease).toList();
        boolean all = table.update(states) == states.size();
        Set<Lease> held = all ? Set.copyOf(leases) : table.held(leases, true);
        leases.forEach(lease ->
                verdicts.put(lease.sagaId(), held.contains(lease) ? new Verdict.Stored() : new Verdict.Lost()));
    }

    /// Prolongs leases.
    ///
    /// @return those that are still held
    Set<Lease> renew(List<Lease> leases, long leaseMicros) throws SQLException {
        return atOnce(connection -> {
            BatchTable table = new BatchTable(connection);
            boolean all = table.renew(leases, leaseMicros) == leases.size();
            return all ? Set.copyOf(leases) : table.held(leases, false);
        });
    }

    int handOver(List<Lease> leases) throws SQLException {
        return atOnce(connection -> new BatchTable(connection).handOver(leases));
    }

    @Override
    public void park(Lease lease, String reason) throws SQLException {
        try (Connection connection = connections.open()) {
            new BatchTable(connection).park(lease, reason);
        }
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T atOnce(Work<T> work) throws SQLException {
        try (Connection connection = connections.open()) {
            return work.with(connection);
        }
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            try {
                T result = work.with(connection);
                long started = System.nanoTime();
                connection.commit();
                commitTimes.accept(System.nanoTime() - started);
                return result;
            } catch (SQLException | RuntimeException failure) {
                rollBack(connection, failure);
                throw failure;
            }
        }
    }

    private static void rollBack(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            reason.addSuppressed(alsoFailed);
        }
    }
}
