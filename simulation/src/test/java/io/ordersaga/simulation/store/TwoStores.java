package io.ordersaga.simulation.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.coordinator.store.StoreSettings;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/// The simulated store and the real one side by side, seen by the same two nodes: what is done to one is done to
/// the other, and each answers in words that can be compared.
final class TwoStores implements AutoCloseable {

    private static final Duration LEASE = Duration.ofHours(1);
    private static final InstantSource REAL_CLOCK = InstantSource.system();
    private static final int ALL = 100;
    private static final int FORM = 2;

    private final Jdbi jdbi;
    private final List<JdbiSagaStore> real = new ArrayList<>();
    private SimStore simulated = fresh();
    /// Of the real store's rows.
    private final Map<String, Long> ids = new HashMap<>();

    TwoStores(TestDatabase database) {
        database.migrate("classpath:db/migration");
        jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        StoreSettings settings = StoreSettings.DEFAULT;
        for (int node = 0; node < 2; node++) {
            real.add(new JdbiSagaStore(
                    jdbi,
                    database.dataSource(),
                    "node" + node,
                    LEASE,
                    settings,
                    REAL_CLOCK,
                    new SimpleMeterRegistry()));
        }
    }

    private static SimStore fresh() {
        return new SimStore(() -> 0, LEASE, StoreObserver.NOBODY);
    }

    void empty() {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM saga"));
        simulated = fresh();
        ids.clear();
    }

    /// What both said.
    record Both(Object real, Object simulated) {}

    /// @param state by the clock of whoever is asked
    Both insert(int node, Gid gid, Function<Instant, Saga> state) {
        Insertion really = real.get(node).insert(state.apply(REAL_CLOCK.instant()));
        if (really instanceof Insertion.Inserted(Lease lease)) {
            ids.put(gid.value(), lease.sagaId());
        }
        return new Both(words(really), words(simulated.insert(caller(node), state.apply(Instant.EPOCH))));
    }

    private static String words(Insertion insertion) {
        return insertion instanceof Insertion.Inserted(Lease lease) ? "epoch " + lease.epoch() : insertion.toString();
    }

    /// @param epoch the lease's, current or past
    Both save(int node, Gid gid, long epoch, Function<Instant, Saga> state, boolean later) {
        boolean saved = simulated.save(caller(node), simulatedLease(gid, epoch), state.apply(Instant.EPOCH));
        Saga saga = state.apply(REAL_CLOCK.instant());
        if (!later) {
            return new Both(real.get(node).save(realLease(gid, epoch), saga), saved);
        }
        List<Lease> lost = new ArrayList<>();
        real.get(node).onLost(lost::add);
        real.get(node).saveLater(realLease(gid, epoch), saga);
        real.get(node).flush();
        return new Both(lost.isEmpty(), saved);
    }

    Both claimDue(int node) {
        Map<String, String> really = new TreeMap<>();
        real.get(node)
                .claimDue(ALL)
                .forEach(claim -> really.put(claim.saga().gid().value(), words(claim)));
        Map<String, String> inMemory = new TreeMap<>();
        simulated
                .claimDue(caller(node), ALL)
                .forEach(claim -> inMemory.put(claim.saga().gid().value(), words(claim)));
        return new Both(really, inMemory);
    }

    private static String words(Claim claim) {
        return "epoch " + claim.lease().epoch() + (claim.abandoned() ? " abandoned " : " due ") + words(claim.saga());
    }

    Both renew(int node, Gid gid, long epoch) {
        boolean held = real.get(node).renew(List.of(realLease(gid, epoch))).isEmpty();
        boolean heldInMemory = simulated
                .renew(caller(node), List.of(simulatedLease(gid, epoch)))
                .isEmpty();
        return new Both(held, heldInMemory);
    }

    Both handOver(int node, Gid gid, long epoch) {
        real.get(node).handOver(List.of(realLease(gid, epoch)));
        simulated.handOver(List.of(simulatedLease(gid, epoch)));
        return find(gid);
    }

    Both release(int node, Gid gid) {
        return new Both(real.get(node).release(gid), simulated.release(gid));
    }

    Both countDue() {
        return new Both(real.getFirst().countDue(), simulated.countDue());
    }

    Both find(Gid gid) {
        Optional<StoredSaga> really = real.getFirst().find(gid);
        Optional<Row> inMemory = simulated.find(gid);
        return new Both(
                really.map(stored -> words(stored.saga()) + " epoch " + epoch(stored.id()) + " "
                        + stored.ownership().isPresent()),
                inMemory.map(row -> words(row.saga(Instant.EPOCH)) + " epoch " + row.epoch() + " " + row.hasDue()));
    }

    /// As if everybody who works on a saga had been silent for longer than the lease.
    void letLeasesRunOut() {
        execute("UPDATE saga SET next_due = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"
                + " WHERE owner IS NOT NULL AND next_due IS NOT NULL");
        simulated.rows().stream()
                .filter(row -> row.hasDue() && !row.owner().isEmpty())
                .forEach(row -> row.nextDue = 0);
    }

    /// As if every wait were over.
    void letWaitsEnd() {
        execute("UPDATE saga SET next_due = UTC_TIMESTAMP(6) WHERE owner IS NULL AND next_due IS NOT NULL");
        simulated.rows().stream()
                .filter(row -> row.hasDue() && row.owner().isEmpty())
                .forEach(row -> row.nextDue = 0);
    }

    private long epoch(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT epoch FROM saga WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .one());
    }

    private void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    /// Without when it was submitted: the one counts in real time, the other not at all.
    private static String words(Saga saga) {
        Retrying retrying = saga.retrying();
        return saga.status() + " " + saga.progress() + " " + retrying.attempts() + " " + retrying.retries() + " "
                + retrying.errors() + " " + saga.rejection() + " " + saga.parked() + " "
                + saga.definition().digest().hashCode();
    }

    private Lease realLease(Gid gid, long epoch) {
        return new Lease(ids.getOrDefault(gid.value(), -1L), epoch);
    }

    private Lease simulatedLease(Gid gid, long epoch) {
        return new Lease(simulated.find(gid).orElseThrow().id(), epoch);
    }

    boolean knows(Gid gid) {
        return ids.containsKey(gid.value());
    }

    /// Of the row as it is now.
    long epoch(Gid gid) {
        return simulated.find(gid).orElseThrow().epoch();
    }

    private static SimStore.Caller caller(int node) {
        return new SimStore.Caller("node" + node, Instant.EPOCH, FORM);
    }

    @Override
    public void close() {
        real.forEach(JdbiSagaStore::close);
    }
}
