package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of writes that share a transaction, on a real database.
@DatabaseTest
class SagaStoreWritesTest {

    private static final int CALLERS = 24;

    private final Engine engine = new Engine(new Backoff(Duration.ofSeconds(60), Duration.ofSeconds(120), 1));
    private final TestDatabase database;
    private final StoreFixture fixture;
    private final UnreliableDatabase unreliable;
    private final JdbiSagaStore north;
    private final JdbiSagaStore south;

    SagaStoreWritesTest(TestDatabase database) {
        this.database = database;
        fixture = new StoreFixture(database);
        unreliable = new UnreliableDatabase(database.dataSource());
        north = fixture.storeOf("north", StoreFixture.LEASE, StoreSettings.DEFAULT, unreliable);
        south = fixture.storeOf("south");
    }

    @BeforeEach
    void empty() {
        fixture.execute("DELETE FROM saga");
        fixture.execute("DELETE FROM saga_attempt");
    }

    @AfterEach
    void close() {
        north.close();
        south.close();
    }

    @Test
    void manyCallersSubmitAtOnceAndOfEachGidOneIsStored() throws Exception {
        List<Callable<Insertion>> submits = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            Saga own = submitted("own-" + caller);
            Saga shared = submitted("shared-" + caller % 4);
            submits.add(() -> north.insert(own));
            submits.add(() -> (shared.hashCode() % 2 == 0 ? north : south).insert(shared));
        }
        long stored = atOnce(submits).stream()
                .filter(Insertion.Inserted.class::isInstance)
                .count();
        assertThat(stored).isEqualTo(CALLERS + 4);
        assertThat(fixture.count("true")).isEqualTo(CALLERS + 4);
    }

    @Test
    void aBatchTellsTheFencedOffFromTheOthers() throws Exception {
        List<Lease> leases = new ArrayList<>();
        List<Saga> sagas = new ArrayList<>();
        for (int number = 0; number < CALLERS; number++) {
            Saga saga = submitted("gid-" + number);
            sagas.add(saga);
            leases.add(insert(north, saga));
        }
        fixture.execute("UPDATE saga SET epoch = 2, owner = 'south' WHERE gid IN ('gid-3', 'gid-17')");

        List<Callable<Boolean>> saves = IntStream.range(0, CALLERS)
                .<Callable<Boolean>>mapToObj(
                        number -> () -> north.save(leases.get(number), succeeded(sagas.get(number))))
                .toList();
        List<Boolean> held = atOnce(saves);
        for (int number = 0; number < CALLERS; number++) {
            assertThat(held.get(number)).isEqualTo(number != 3 && number != 17);
        }
        assertThat(fixture.count("owner = 'south' AND status = 'SUBMITTED'")).isEqualTo(2);
        assertThat(fixture.count("status = 'SUCCEEDED'")).isEqualTo(CALLERS - 2);
    }

    @Test
    void aRowThatTheDatabaseRefusesHarmsNoOther() throws Exception {
        List<Lease> leases = new ArrayList<>();
        List<Saga> sagas = new ArrayList<>();
        for (int number = 0; number < CALLERS; number++) {
            Saga saga = submitted("gid-" + number);
            sagas.add(saga);
            leases.add(insert(north, saga));
        }
        fixture.execute("ALTER TABLE saga ADD CONSTRAINT poison CHECK (gid <> 'gid-5' OR status <> 'SUCCEEDED')");
        List<Lease> lost = new CopyOnWriteArrayList<>();
        north.onLost(lost::add);
        try {
            for (int number = 0; number < CALLERS; number++) {
                north.saveLater(leases.get(number), succeeded(sagas.get(number)));
            }
            north.flush();
        } finally {
            fixture.execute("ALTER TABLE saga DROP CONSTRAINT poison");
        }
        assertThat(fixture.count("status = 'SUCCEEDED'")).isEqualTo(CALLERS - 1);
        assertThat(lost).containsExactly(leases.get(5));
        assertThat(fixture.count("gid = 'gid-5' AND parked_reason LIKE '%poison%' AND next_due IS NULL"))
                .isEqualTo(1);

        assertThat(north.release(new Gid("gid-5"))).isTrue();
        Claim claim = only(south.claimDue(10));
        assertThat(claim.abandoned()).as("left in the middle of its work").isTrue();
        assertThat(claim.saga().parked()).isEmpty();
    }

    @Test
    void anInsertWhoseCommitWasNotAnsweredIsOursAllTheSame() {
        unreliable.loseAnswersOfCommits(1);
        assertThat(insertTogether()).containsOnly(new Verdict.Stored());
        assertThat(unreliable.lostAnswers()).isEqualTo(1);
        assertThat(fixture.count("owner = 'north' AND epoch = 1")).isEqualTo(2);
    }

    @Test
    void anInsertThatNeverReachedItsCommitIsTriedAgain() {
        unreliable.failBeforeCommits(1);
        assertThat(insertTogether()).containsOnly(new Verdict.Stored());
        assertThat(fixture.count("true")).isEqualTo(2);
    }

    @Test
    void aSaveWhoseCommitWasNotAnsweredCountsOnce() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        Saga other = submitted("gid-2");
        Lease otherLease = insert(north, other);
        List<Lease> lost = new CopyOnWriteArrayList<>();
        north.onLost(lost::add);

        unreliable.loseAnswersOfCommits(2);
        north.saveLater(lease, succeeded(saga));
        north.saveLater(otherLease, waiting(other));
        north.flush();
        assertThat(unreliable.lostAnswers()).isEqualTo(2);
        assertThat(lost).isEmpty();
        assertThat(fixture.count("status = 'SUCCEEDED' OR attempts = 1")).isEqualTo(2);
    }

    @Test
    void whenNoConnectionCanBeHadNobodyKnows() {
        unreliable.refuseConnections(true);
        assertThatThrownBy(() -> north.insert(submitted("gid-1"))).isInstanceOf(StoreUnavailableException.class);
        unreliable.refuseConnections(false);
        assertThat(fixture.count("true")).isZero();
        insert(north, submitted("gid-1"));
    }

    @Test
    void aLaterStateIsWhatThisNodeAnswersWithAtOnce() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        north.saveLater(lease, succeeded(saga));
        assertThat(north.find(saga.gid()).orElseThrow().saga().status()).isEqualTo(SagaStatus.SUCCEEDED);
        assertThat(north.insert(saga)).isEqualTo(new Insertion.Known(SagaStatus.SUCCEEDED, true));

        Saga second = submitted("gid-2");
        Lease secondLease = insert(north, second);
        north.saveLater(secondLease, succeeded(second));
        assertThat(north.insert(second)).isEqualTo(new Insertion.Known(SagaStatus.SUCCEEDED, true));
    }

    /// A write may be over between the reading of a row and the question for writes that are still to come.
    @Test
    void noAnswerIsOlderThanWhatWasTold() {
        AtomicReference<Runnable> afterAStatement = new AtomicReference<>(() -> {});
        Jdbi jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        jdbi.setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                afterAStatement.getAndSet(() -> {}).run();
            }
        });
        try (JdbiSagaStore slow = new JdbiSagaStore(
                jdbi,
                database.dataSource(),
                "slow",
                StoreFixture.LEASE,
                Writes.EVERYTHING_LATE,
                InstantSource.system(),
                new SimpleMeterRegistry())) {
            Saga asked = submitted("asked");
            slow.saveLater(insert(slow, asked), succeeded(asked));
            afterAStatement.set(slow::flush);
            assertThat(slow.find(asked.gid()).orElseThrow().saga().status()).isEqualTo(SagaStatus.SUCCEEDED);

            Saga listed = submitted("listed");
            slow.saveLater(insert(slow, listed), succeeded(listed));
            Filter ended = new Filter(
                    Optional.of(SagaStatus.SUCCEEDED),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    10);
            assertThat(slow.list(ended)).hasSize(2);
        }
    }

    @Test
    void handingOverWritesFirstWhatWasToBeWrittenLater() {
        Saga saga = submitted(Sagas.ofSteps(2));
        Lease lease = insert(north, saga);
        north.saveLater(lease, answer(saga, new BranchOutcome.Succeeded()));
        north.handOver(List.of(lease));

        Claim claim = only(south.claimDue(10));
        assertThat(claim.saga().progress().steps().getFirst().action().status()).isEqualTo(BranchStatus.SUCCEEDED);
        assertThat(claim.abandoned()).isTrue();
    }

    @Test
    void closingWritesWhatWaits() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        north.saveLater(lease, succeeded(saga));
        north.record(attempt(lease.sagaId(), 0, ""));
        north.close();
        assertThat(fixture.count("status = 'SUCCEEDED'")).isEqualTo(1);
        assertThat(south.attempts(saga.gid(), 10)).hasSize(1);
    }

    @Test
    void theJournalComesBackNewestFirstAndCutsWhatIsTooLong() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        Lease other = insert(north, submitted("gid-2"));
        Attempt first = attempt(lease.sagaId(), 0, "no – nein 😀");
        Attempt second = attempt(lease.sagaId(), 1, "x".repeat(5000));
        north.record(first);
        north.flush();
        north.record(attempt(other.sagaId(), 0, ""));
        awaitNextMillisecond();
        north.record(second);
        north.flush();

        assertThat(north.attempts(saga.gid(), 10)).containsExactly(second, first);
        assertThat(north.attempts(saga.gid(), 1)).containsExactly(second);
        Attempt third = attempt(lease.sagaId(), 0, "a \"quoted\" back\\slash,\n a line – and 😀");
        awaitNextMillisecond();
        north.record(third);
        north.record(first);
        north.record(second);
        north.flush();
        assertThat(north.attempts(saga.gid(), 10)).containsExactly(second, first, third, second, first);
        assertThat(north.attempts(saga.gid(), 2)).containsExactly(second, first);
        assertThat(fixture.row("SELECT COUNT(*) AS found FROM saga_attempt").get("found"))
                .isEqualTo(4L);
        assertThat(second.detail()).hasSize(Attempt.DETAIL_LENGTH_MAX).endsWith("[cut, 5000 characters]");
        assertThat(north.attempts(new Gid("nobody"), 10)).isEmpty();
    }

    @Test
    void aSagaOfThreeMegabytesAndABatchOfSmallOnesFit() {
        Saga large = submitted(Sagas.named("large", Sagas.ofPayload(new byte[3_000_000])));
        insert(north, large);
        assertThat(north.find(large.gid()).orElseThrow().saga().definition()).isEqualTo(large.definition());
    }

    @Test
    void aLockThatSomebodyHoldsForAWhileOnlyDelays() throws Exception {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        try (Connection holder = database.openConnection();
                ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("SELECT 1 FROM saga WHERE gid = 'gid-1' FOR UPDATE");
            Future<Boolean> saved = caller.submit(() -> north.save(lease, succeeded(saga)));
            Lease other = insert(south, submitted("gid-2"));
            assertThat(other.epoch()).isEqualTo(1);
            holder.rollback();
            assertThat(saved.get()).isTrue();
        }
    }

    /// Two at least, so that they share a transaction.
    private Collection<Verdict> insertTogether() {
        Batch batch = new Batch(
                List.of(
                        fixture.rowsOf("north").fresh(1, submitted("gid-1")),
                        fixture.rowsOf("north").fresh(2, submitted("gid-2"))),
                List.of());
        JdbcTransactions transactions = new JdbcTransactions(unreliable::getConnection, "north");
        return new BatchWriter(transactions, fixture.metrics(), _ -> {})
                .write(batch)
                .verdicts()
                .values();
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : callers.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        }
    }

    private static Attempt attempt(long sagaId, int attempt, String detail) {
        return new Attempt(
                sagaId,
                0,
                Op.ACTION,
                attempt,
                NOON,
                Duration.ofNanos(1_234_000),
                "north",
                "shop:1",
                "refused",
                detail,
                Optional.of("4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    private static void awaitNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    private Saga submitted(String gid) {
        return submitted(Sagas.named(gid, Sagas.ofSteps(1)));
    }

    private Saga submitted(SagaDefinition definition) {
        return engine.step(Saga.fresh(definition, NOON), new Event.Submitted(), NOON)
                .saga();
    }

    private Saga succeeded(Saga saga) {
        return answer(saga, new BranchOutcome.Succeeded());
    }

    private Saga waiting(Saga saga) {
        return answer(saga, new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER));
    }

    private Saga answer(Saga saga, BranchOutcome outcome) {
        return engine.step(saga, new Event.BranchAnswered(0, Op.ACTION, outcome), Instant.now())
                .saga();
    }

    private static Lease insert(JdbiSagaStore store, Saga saga) {
        Insertion insertion = store.insert(saga);
        assertThat(insertion).isInstanceOf(Insertion.Inserted.class);
        return ((Insertion.Inserted) insertion).lease();
    }

    private static Claim only(List<Claim> claims) {
        assertThat(claims).hasSize(1);
        return claims.getFirst();
    }
}
