package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.store.Writes.attempt;
import static io.ordersaga.coordinator.store.Writes.end;
import static io.ordersaga.coordinator.store.Writes.fresh;
import static io.ordersaga.coordinator.store.Writes.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The writer's threads, against a database that does what the test says.
@Timeout(20)
class GroupCommitWriterTest {

    private static final Duration LEASE = Duration.ofMillis(600);
    private final SQLException down = new SQLException("gone", "HY000", 1290);
    private final SQLException tooLong = new SQLException("data too long", "22001", 1406);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ScriptedTransactions database = new ScriptedTransactions();
    private final List<Lease> lost = new CopyOnWriteArrayList<>();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final GroupCommitWriter writer = writer(settings(10, Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        database.failAlways(null);
        database.letThrough(10_000);
        writer.close();
        callers.close();
    }

    @Test
    void aCallerWhoIsAloneWritesItself() {
        assertThat(writer.write(fresh(1))).isEqualTo(new Verdict.Stored());
        assertThat(meters.counter("ordersaga.store.direct").count()).isEqualTo(1);
    }

    @Test
    void callersWhoComeDuringACommitShareTheNextOne() throws Exception {
        database.close();
        List<Future<Verdict>> verdicts = new ArrayList<>();
        verdicts.add(callers.submit(() -> writer.write(fresh(1))));
        database.awaitBatches(1);
        for (int id = 2; id <= 9; id++) {
            long each = id;
            verdicts.add(callers.submit(() -> writer.write(fresh(each))));
        }
        awaitQueue(8);
        database.letThrough(2);
        for (Future<Verdict> verdict : verdicts) {
            assertThat(verdict.get()).isEqualTo(new Verdict.Stored());
        }
        assertThat(database.sizes()).containsExactly(1, 8);
        assertThat(meters.timer("ordersaga.store.transactions").count()).isEqualTo(2);
    }

    @Test
    void eachCallerHearsOfItsOwnRow() throws Exception {
        database.answer(2, new Verdict.Lost());
        database.refuse(write -> write.sagaId() == 3, tooLong);
        database.close();
        Future<Verdict> first = callers.submit(() -> writer.write(fresh(9)));
        database.awaitBatches(1);
        Future<Verdict> good = callers.submit(() -> writer.write(progress(1, 0)));
        Future<Verdict> fenced = callers.submit(() -> writer.write(progress(2, 0)));
        Future<Verdict> poison = callers.submit(() -> writer.write(progress(3, 0)));
        awaitQueue(3);
        database.letThrough(100);
        first.get();
        assertThat(good.get()).isEqualTo(new Verdict.Stored());
        assertThat(fenced.get()).isEqualTo(new Verdict.Lost());
        assertThat(poison.get()).isEqualTo(new Verdict.Refused(tooLong));
        assertThat(database.parked()).containsExactly(new Lease(3, 1));
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        database.close();
        var _ = callers.submit(() -> writer.write(fresh(100)));
        database.awaitBatches(1);
        for (int id = 1; id <= 10; id++) {
            long each = id;
            var _ = callers.submit(() -> writer.write(fresh(each)));
        }
        awaitQueue(10);
        assertThatThrownBy(() -> writer.write(fresh(11)))
                .isInstanceOfSatisfying(
                        StoreOverloadedException.class,
                        full -> assertThat(full.retryAfter()).isPositive());
        assertThat(meters.counter("ordersaga.store.overloaded").count()).isEqualTo(1);
    }

    @Test
    void aCallerWhosePatienceEndsKnowsWhetherItsWriteWasBegun() throws Exception {
        try (GroupCommitWriter impatient = writer(settings(10, Duration.ofMillis(50)))) {
            database.close();
            Future<Verdict> begun = callers.submit(() -> impatient.write(fresh(1)));
            database.awaitBatches(1);
            assertThatThrownBy(() -> impatient.write(fresh(2)))
                    .as("never begun")
                    .isInstanceOf(StoreOverloadedException.class);
            var _ = callers.submit(() -> impatient.write(fresh(3)));
            await().until(() -> meters.counter("ordersaga.store.overloaded").count() == 2);
            database.letThrough(100);
            assertThat(begun.get()).isEqualTo(new Verdict.Stored());
            impatient.flush(Duration.ofSeconds(1));
        }
        assertThat(database.batches().stream().flatMap(batch -> batch.writes().stream()))
                .containsExactly(fresh(1));
    }

    @Test
    void aShortSagaCostsItsInsertAndItsEnd() {
        writer.write(fresh(1));
        for (int step = 1; step <= 4; step++) {
            writer.writeLater(progress(1, step));
        }
        writer.writeLater(end(1));
        writer.flush(Duration.ofSeconds(5));
        assertThat(database.batches().stream().flatMap(batch -> batch.writes().stream()))
                .containsExactly(fresh(1), end(1));
    }

    @Test
    void aLaterStateThatIsTooLateIsToldToTheListener() {
        database.answer(1, new Verdict.Lost());
        writer.writeLater(progress(1, 1));
        writer.writeLater(progress(2, 1));
        writer.flush(Duration.ofSeconds(5));
        assertThat(lost).containsExactly(new Lease(1, 1));
    }

    @Test
    void aListenerThatFailsKeepsNobodyWaiting() {
        writer.onLost(_ -> {
            throw new IllegalStateException("a bug");
        });
        database.answer(1, new Verdict.Lost());
        database.answer(2, new Verdict.Lost());
        writer.writeLater(end(1));
        writer.writeLater(end(2));
        writer.flush(Duration.ofSeconds(5));
        assertThat(meters.counter("ordersaga.store.lost").count()).isEqualTo(2);
        assertThat(writer.settle(_ -> true, Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void aLaterStateIsTriedAgainWhenTheDatabaseComesBackWithinTheLease() {
        database.failAlways(down);
        writer.writeLater(end(1));
        await().until(() -> database.batches().size() >= 2);
        database.failAlways(null);
        writer.flush(Duration.ofSeconds(5));
        assertThat(lost).isEmpty();
        assertThat(database.batches().getLast().writes()).containsExactly(end(1));
    }

    @Test
    void aLaterStateIsGivenUpWhenTheLeaseIsOver() {
        database.failAlways(down);
        writer.writeLater(end(1));
        await().atMost(5, TimeUnit.SECONDS).until(() -> !lost.isEmpty());
        assertThat(lost).containsExactly(new Lease(1, 1));
        int tries = database.batches().size();
        database.failAlways(null);
        writer.flush(Duration.ofSeconds(5));
        assertThat(database.batches()).hasSize(tries);
    }

    @Test
    void aLaterStateThatIsRefusedParksItsSaga() {
        database.refuse(write -> write.sagaId() == 1, tooLong);
        writer.writeLater(end(1));
        writer.writeLater(end(2));
        writer.flush(Duration.ofSeconds(5));
        assertThat(database.parked()).containsExactly(new Lease(1, 1));
        assertThat(lost).containsExactly(new Lease(1, 1));
    }

    @Test
    void theJournalIsWrittenWithoutAnybodyWaiting() {
        writer.record(attempt(1));
        writer.record(attempt(2));
        await().until(() -> database.attempts().size() == 2);
        database.failAlways(down);
        writer.record(attempt(3));
        await().until(() -> database.batches().size() >= 3);
        database.failAlways(null);
        await().until(() -> database.attempts().size() == 3);
    }

    @Test
    void whatDoesNotFitIntoTheJournalIsDroppedAndCounted() {
        database.failAlways(down);
        for (int id = 1; id <= 7; id++) {
            writer.record(attempt(id));
        }
        await().until(() -> meters.counter("ordersaga.store.journal.dropped").count() >= 2);
    }

    @Test
    void closingWritesWhatWaits() {
        writer.write(fresh(1));
        writer.writeLater(progress(1, 1));
        writer.record(attempt(1));
        writer.close();
        assertThat(database.batches().getLast().writes()).containsExactly(progress(1, 1));
        assertThat(database.attempts()).containsExactly(attempt(1));
        assertThatThrownBy(() -> writer.write(fresh(2))).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aBugInABatchLeavesNobodyWaiting() {
        database.refuse(
                write -> {
                    throw new IllegalStateException("a bug");
                },
                tooLong);
        assertThat(writer.write(fresh(1))).isInstanceOf(Verdict.Unknown.class);
        database.refuse(_ -> false, tooLong);
        assertThat(writer.write(progress(1, 1))).isEqualTo(new Verdict.Stored());
    }

    private void awaitQueue(int size) {
        await().until(() -> meters.get("ordersaga.store.queue").gauge().value() == size);
    }

    private GroupCommitWriter writer(StoreSettings settings) {
        StoreMetrics metrics = new StoreMetrics(meters);
        GroupCommitWriter created =
                new GroupCommitWriter(settings, LEASE, database, new BatchWriter(database, metrics, _ -> {}), metrics);
        created.onLost(lost::add);
        return created;
    }

    private static StoreSettings settings(int queue, Duration patience) {
        return new StoreSettings(
                queue, 1, 50, 1 << 20, Duration.ZERO, 16, Duration.ofMillis(200), Duration.ofMillis(20), 5, patience);
    }
}
