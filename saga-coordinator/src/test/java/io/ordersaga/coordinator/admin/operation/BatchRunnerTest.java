package io.ordersaga.coordinator.admin.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperatorDesk;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.store.JdbiTopicStore;
import io.ordersaga.coordinator.store.StoreFixture;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A batch and up to two nodes, of which one may stop in the middle of it.
@DatabaseTest
class BatchRunnerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 60;

    private final TestDatabase database;
    private final Jdbi jdbi;
    private final SagaArchive archive;
    private final BatchJobTable table;
    private final List<BatchRunner> runners = new ArrayList<>();

    /// Does what it is asked for, until it is told not to.
    private static final class Desk implements OperatorDesk {

        private final Queue<Gid> done = new ConcurrentLinkedQueue<>();
        /// Done by whomever, when it cannot be done twice.
        private Set<Gid> once = Set.of();
        private final CountDownLatch gate = new CountDownLatch(1);
        private final int hangsAfter;
        private volatile boolean away;

        Desk(int hangsAfter) {
            this.hangsAfter = hangsAfter;
        }

        @Override
        public Answer operate(Gid gid, Operation operation, Expected expected) {
            if (done.size() >= hangsAfter) {
                try {
                    boolean _ = gate.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException interruption) {
                    Thread.currentThread().interrupt();
                }
            }
            if (away) {
                throw new StoreUnavailableException("the store is away", null);
            }
            Saga saga = Saga.fresh(Sagas.ofSteps(1), Sagas.NOON);
            if (once.contains(gid)) {
                return new Denied(saga, Denial.NOT_PARKED);
            }
            done.add(gid);
            return new Done(idOf(gid), saga);
        }

        @Override
        public Answer delete(Gid gid, Expected expected) {
            return new Missing();
        }
    }

    private static long idOf(Gid gid) {
        return Long.parseLong(gid.value().substring("gid-".length())) + 1;
    }

    BatchRunnerTest(TestDatabase database) {
        this.database = database;
        // Brings the tables.
        this.archive = new StoreFixture(database).storeOf("onlooker");
        this.jdbi = Jdbi.create(database.dataSource()).installPlugin(new SqlObjectPlugin());
        // Teaches this access to the database the types of its columns.
        JdbiTopicStore _ = new JdbiTopicStore(jdbi);
        this.table = jdbi.onDemand(BatchJobTable.class);
    }

    @AfterEach
    void stop() {
        runners.forEach(BatchRunner::close);
    }

    private BatchRunner runner(String node, OperatorDesk desk) {
        TransactionOperations operations = new TransactionOperations(
                desk,
                archive,
                new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 1)),
                _ -> {},
                jdbi.onDemand(NoteTable.class),
                node,
                InstantSource.system());
        OperationSettings settings = new OperationSettings(
                1_000,
                50,
                PATIENCE,
                Duration.ofMillis(500),
                4,
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                500,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15));
        BatchRunner runner = new BatchRunner(jdbi, operations, node, settings);
        runners.add(runner);
        return runner;
    }

    private static List<Gid> gids() {
        return IntStream.range(0, MANY)
                .mapToObj(number -> new Gid("gid-" + number))
                .toList();
    }

    private static BatchJobTable.Fresh fresh() {
        return new BatchJobTable.Fresh("RETRY", "", "because", Optional.empty(), 100, "eve", Optional.empty(), MANY);
    }

    private void awaitDone(long id) {
        await().atMost(PATIENCE)
                .until(() -> table.find(id).orElseThrow().state().equals("DONE"));
    }

    @Test
    void whatAnotherNodeLeftUndoneIsDoneAndCountedOnce() {
        Desk hanging = new Desk(30);
        BatchRunner north = runner("north", hanging);
        long id = north.create(fresh(), gids()).orElseThrow();
        north.start();
        await().atMost(PATIENCE).until(() -> hanging.done.size() == 30);

        Desk good = new Desk(Integer.MAX_VALUE);
        runner("south", good).start();
        awaitDone(id);
        hanging.gate.countDown();
        assertThat(good.done.size())
                .as("what was written down is not done again")
                .isBetween(30, 50);
        assertThat(hanging.done).hasSizeGreaterThanOrEqualTo(30);
        BatchJobTable.Row batch = table.find(id).orElseThrow();
        assertThat(batch.succeeded()).isEqualTo(MANY);
        assertThat(table.itemsOf(id, "SUCCEEDED", 0, 100)).hasSize(MANY);
        // The one that comes back late counts nothing anew.
        await().atMost(PATIENCE).until(() -> hanging.done.size() > 30);
        assertThat(table.find(id).orElseThrow().succeeded()).isEqualTo(MANY);
    }

    @Test
    void whatCannotBeDoneTwiceCountsAsDoneWhenItIsDoneOnceMore() {
        for (Gid gid : gids()) {
            database.update(
                    "INSERT INTO saga (id, gid, mode, form, definition, digest, status, progress, attempts, retries,"
                            + " errors, epoch, created, updated) VALUES (?, ?, 'saga', 1, '', REPEAT('0', 32),"
                            + " 'SUBMITTED', '', 0, 0, 0, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
                    idOf(gid),
                    gid.value());
        }
        Desk hanging = new Desk(30);
        BatchRunner north = runner("north", hanging);
        long id = north.create(fresh(), gids()).orElseThrow();
        north.start();
        await().atMost(PATIENCE).until(() -> hanging.done.size() == 30);

        Desk strict = new Desk(Integer.MAX_VALUE);
        // Somebody else did the last one of them before the batch came to it.
        strict.once = Stream.concat(hanging.done.stream(), Stream.of(gids().getLast()))
                .collect(Collectors.toSet());
        runner("south", strict).start();
        awaitDone(id);
        hanging.away = true;
        hanging.gate.countDown();
        BatchJobTable.Row batch = table.find(id).orElseThrow();
        assertThat(batch.succeeded()).isEqualTo(MANY - 1);
        assertThat(batch.denied()).isEqualTo(1);
        assertThat(table.itemsOf(id, "DENIED", 0, 100))
                .singleElement()
                .extracting(BatchJobTable.Item::detail)
                .isEqualTo("NOT_PARKED: it is not parked");
    }

    @Test
    void aNodeThatStopsLeavesItsBatchesAtOnceAndATroubleThatPassesIsWaitedFor() {
        Desk desk = new Desk(Integer.MAX_VALUE);
        BatchRunner north = runner("north", desk);
        long id = north.create(fresh(), gids()).orElseThrow();
        desk.away = true;
        north.start();
        await().atMost(PATIENCE)
                .until(() -> table.find(id).orElseThrow().owner().isPresent());
        desk.away = false;
        await().atMost(PATIENCE).until(() -> desk.done.size() > 5);
        north.close();

        Desk other = new Desk(Integer.MAX_VALUE);
        runner("south", other).start();
        awaitDone(id);
        assertThat(table.find(id).orElseThrow().succeeded()).isEqualTo(MANY);
        assertThat(table.find(id).orElseThrow().failed()).isZero();
    }
}
