package io.ordersaga.coordinator.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/// Prints what the store can do: sagas of 4 steps, written as the dispatcher writes them, without any call. Not a
/// test; run its `main` with `-Dtest.db.url=...` for a server other than the embedded one.
final class StoreThroughput {

    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(5);

    private static final long MINUTE_OF_IDS = 60_000L << 22;
    private static final String COPY = """
            INSERT INTO saga
            SELECT id - ?, CONCAT(gid, '-', ?), mode, form, definition, digest, status, progress, attempts, retries,
                   errors, rejection_reason, rejection_status, parked_reason, owner, epoch, next_due,
                   created - INTERVAL ? MINUTE, updated, finished
            FROM saga
            WHERE finished IS NOT NULL
              AND gid NOT LIKE '%-%-%'
            """;

    private final Engine engine = new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 1));
    private final TestDatabase database;
    private final Jdbi jdbi;
    private final AtomicLong number = new AtomicLong();

    private StoreThroughput(TestDatabase database) {
        this.database = database;
        this.jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
    }

    public static void main(String[] arguments) throws Exception {
        try (TestDatabase database = TestDatabase.create("throughput").migrate("classpath:db/migration")) {
            StoreThroughput throughput = new StoreThroughput(database);
            for (String callers : arguments[0].split(",", -1)) {
                for (String callMillis : arguments[1].split(",", -1)) {
                    throughput.measure(Integer.parseInt(callers), Integer.parseInt(callMillis));
                }
            }
            if (arguments.length > 2) {
                throughput.fillAndAsk(Integer.parseInt(arguments[2]));
            }
        }
    }

    private void measure(int callers, int callMillis) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (JdbiSagaStore store = store(meters)) {
            run(store, callers, callMillis, WARM_UP);
            double commits = meters.timer("ordersaga.store.transactions").count();
            List<String> before = status();
            List<Long> nanos = run(store, callers, callMillis, MEASURED);
            List<String> after = status();
            double sagas = nanos.size();
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%3d callers, calls %2d ms: %6.0f sagas/s, p50 %5.1f ms, p99 %6.1f ms, %.3f commits, "
                            + "statements, binlog bytes per saga: %s%n",
                    callers,
                    callMillis,
                    sagas / MEASURED.toSeconds(),
                    sorted[sorted.length / 2] / 1e6,
                    sorted[sorted.length * 99 / 100] / 1e6,
                    (meters.timer("ordersaga.store.transactions").count() - commits) / sagas,
                    perSaga(before, after, sagas));
        }
    }

    private static String perSaga(List<String> before, List<String> after, double sagas) {
        List<String> costs = new ArrayList<>();
        for (int index = 0; index < after.size(); index++) {
            costs.add(String.format(
                    Locale.ROOT,
                    "%.2f",
                    (Double.parseDouble(after.get(index)) - Double.parseDouble(before.get(index))) / sagas));
        }
        return String.join(", ", costs);
    }

    private List<String> status() {
        return database
                .rows("SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Innodb_rows_inserted',"
                        + " 'Innodb_rows_updated', 'Binlog_bytes_written')")
                .stream()
                .map(row -> row.substring(row.indexOf(", ") + 2))
                .toList();
    }

    private JdbiSagaStore store(SimpleMeterRegistry meters) {
        return new JdbiSagaStore(
                jdbi,
                database.dataSource(),
                "north",
                Duration.ofSeconds(30),
                settings(),
                InstantSource.system(),
                meters);
    }

    /// Those of the coordinator, but for `-Dlinger=MS`.
    private static StoreSettings settings() {
        StoreSettings usual = StoreSettings.DEFAULT;
        return new StoreSettings(
                usual.queue(),
                usual.lanes(),
                usual.batchRows(),
                usual.batchBytes(),
                Duration.ofMillis(Long.getLong("linger", usual.linger().toMillis())),
                usual.lingerFrom(),
                usual.lazyDelay(),
                usual.waitDelay(),
                usual.journalQueue(),
                usual.patience());
    }

    private List<Long> run(JdbiSagaStore store, int callers, int callMillis, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<Long> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> results = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                results.add(threads.submit(() -> {
                    List<Long> nanos = new ArrayList<>();
                    while (System.nanoTime() < end) {
                        long started = System.nanoTime();
                        saga(store, callMillis);
                        nanos.add(System.nanoTime() - started);
                    }
                    return nanos;
                }));
            }
            for (Future<List<Long>> result : results) {
                all.addAll(result.get());
            }
        }
        return all;
    }

    private void saga(JdbiSagaStore store, int callMillis) {
        Instant now = Instant.now();
        Saga saga = engine.step(Saga.fresh(definition(), now), new Event.Submitted(), now)
                .saga();
        Insertion.Inserted inserted = (Insertion.Inserted) store.insert(saga);
        Lease lease = inserted.lease();
        for (int step = 0; step < 4; step++) {
            LockSupport.parkNanos(callMillis * 1_000_000L);
            store.record(new Attempt(
                    lease.sagaId(),
                    step,
                    Op.ACTION,
                    0,
                    now,
                    Duration.ofMillis(callMillis),
                    "north",
                    "127.0.0.1:8080/shop.Shop/Do",
                    "succeeded",
                    "",
                    Optional.empty()));
            saga = engine.step(saga, new Event.BranchAnswered(step, Op.ACTION, new BranchOutcome.Succeeded()), now)
                    .saga();
            store.saveLater(lease, saga);
        }
    }

    private SagaDefinition definition() {
        List<Step> steps = new ArrayList<>();
        for (int step = 1; step <= 4; step++) {
            steps.add(new Step(Sagas.action(step), Sagas.compensation(step), Bytes.of("p".repeat(100))));
        }
        return Sagas.named("gid-" + number.incrementAndGet(), Sagas.of(steps, SagaOptions.DEFAULT));
    }

    /// Copies what is there, further into the past with each copy, until there are so many finished sagas; and asks.
    private void fillAndAsk(int sagas) {
        long there = count();
        long copied = there;
        for (int copy = 1; there < sagas; copy++) {
            database.update(COPY, copy * MINUTE_OF_IDS, copy, copy);
            there += copied;
        }
        try (JdbiSagaStore store = store(new SimpleMeterRegistry())) {
            for (int saga = 0; saga < 1000; saga++) {
                store.insert(engine.step(Saga.fresh(definition(), Instant.now()), new Event.Submitted(), Instant.now())
                        .saga());
            }
            jdbi.useHandle(handle -> handle.execute(
                    "UPDATE saga SET next_due = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE finished IS NULL"));
            System.out.println(there + " finished sagas");
            ask("claim 10 ", 100, () -> store.claimDue(10).size());
            ask("count due", 50, () -> (int) store.countDue());
            ask(
                    "list all ",
                    50,
                    () -> store.list(filter(Optional.empty(), Optional.empty())).size());
            ask(
                    "submitted",
                    50,
                    () -> store.list(filter(Optional.of(SagaStatus.SUBMITTED), Optional.empty()))
                            .size());
            ask(
                    "aborting ",
                    50,
                    () -> store.list(filter(Optional.of(SagaStatus.ABORTING), Optional.empty()))
                            .size());
            ask(
                    "since 5 m",
                    50,
                    () -> store.list(filter(
                                    Optional.of(SagaStatus.FAILED),
                                    Optional.of(Instant.now().minusSeconds(300))))
                            .size());
            ask("one gid  ", 50, () -> store.find(new Gid("gid-77")).isPresent() ? 1 : 0);
        }
    }

    private long count() {
        return Long.parseLong(database.rows("SELECT COUNT(*) FROM saga WHERE finished IS NOT NULL")
                .getFirst());
    }

    private interface Question {
        int ask();
    }

    private static void ask(String what, int times, Question question) {
        long[] nanos = new long[times];
        int found = 0;
        for (int time = 0; time < times; time++) {
            long started = System.nanoTime();
            found = question.ask();
            nanos[time] = System.nanoTime() - started;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%s: p50 %.1f ms, p95 %.1f ms, finds %d%n",
                what,
                nanos[times / 2] / 1e6,
                nanos[times * 95 / 100] / 1e6,
                found);
    }

    private static Filter filter(Optional<SagaStatus> status, Optional<Instant> from) {
        return new Filter(status, Optional.empty(), from, Optional.empty(), Optional.empty(), 50);
    }
}
