package io.ordersaga.coordinator.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/// A database with the table `saga`, seen by any number of coordinators, and the hand of a test that moves its
/// times.
public final class StoreFixture {

    public static final Duration LEASE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final Jdbi jdbi;

    public StoreFixture(TestDatabase database) {
        this.database = database;
        database.migrate("classpath:db/migration");
        jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        jdbi.useHandle(handle -> handle.execute("DELETE FROM saga"));
    }

    public JdbiSagaStore storeOf(String owner) {
        return storeOf(owner, LEASE);
    }

    public JdbiSagaStore storeOf(String owner, Duration lease) {
        return storeOf(owner, lease, StoreSettings.DEFAULT, database.dataSource());
    }

    /// @param dataSource where the writer's connections come from
    JdbiSagaStore storeOf(String owner, Duration lease, StoreSettings settings, DataSource dataSource) {
        return new JdbiSagaStore(
                jdbi, dataSource, owner, lease, settings, InstantSource.system(), new SimpleMeterRegistry());
    }

    SagaRows rowsOf(String owner) {
        return new SagaRows(owner, LEASE, InstantSource.system());
    }

    StoreMetrics metrics() {
        return new StoreMetrics(new SimpleMeterRegistry());
    }

    /// As if everybody who works on a saga had been silent for longer than the lease.
    public void letLeasesRunOut() {
        execute("UPDATE saga SET next_due = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE owner IS NOT NULL");
    }

    /// As if every wait were over.
    public void letWaitsEnd() {
        execute("UPDATE saga SET next_due = UTC_TIMESTAMP(6) WHERE owner IS NULL AND next_due IS NOT NULL");
    }

    public void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    /// The one row that `sql` selects.
    public Map<String, Object> row(String sql) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapToMap().one());
    }

    public long count(String condition) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM saga WHERE " + condition)
                .mapTo(Long.class)
                .one());
    }
}
