package io.ordersaga.saga.client;

import static io.ordersaga.saga.client.BarrierOutcome.DUPLICATE;
import static io.ordersaga.saga.client.BarrierOutcome.EXECUTED;
import static io.ordersaga.saga.client.BarrierOutcome.LATE;
import static io.ordersaga.saga.client.BarrierOutcome.NULL_COMPENSATION;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Operations of one branch in transactions that are open at the same time.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BarrierOverlapTest {
    private static final int GIDS = 200;
    private static final int CALLS_OF_EACH_KIND = 3;
    private static final int THREADS = 16;

    private final TestDatabase database;
    private final Shelf shelf;
    private final Barrier barrier;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    BarrierOverlapTest(TestDatabase database) {
        this.database = database;
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @AfterAll
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void compensationWaitsForTheOpenActionAndUndoesIt() throws Exception {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        CountDownLatch decide = new CountDownLatch(1);
        Future<BarrierOutcome> acting = openAction(action, product, decide);
        Future<BarrierOutcome> compensating =
                threads.submit(() -> barrier.of(Shelf.compensation(action)).call(Shelf.release(product)));
        shelf.awaitLockWait();

        decide.countDown();

        assertThat(acting.get(10, SECONDS)).isEqualTo(EXECUTED);
        assertThat(compensating.get(10, SECONDS)).isEqualTo(EXECUTED);
        assertThat(shelf.reserved(product)).isZero();
    }

    @Test
    void compensationWaitsForTheOpenActionAndFindsNothingWhenItRefuses() throws Exception {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        CountDownLatch decide = new CountDownLatch(1);
        Future<BarrierOutcome> acting = openAction(action, product, decide, new IllegalStateException("refused"));
        Future<BarrierOutcome> compensating =
                threads.submit(() -> barrier.of(Shelf.compensation(action)).call(Shelf.release(product)));
        shelf.awaitLockWait();

        decide.countDown();

        assertThatThrownBy(() -> acting.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("refused");
        assertThat(compensating.get(10, SECONDS)).isEqualTo(NULL_COMPENSATION);
        assertThat(barrier.of(action).call(Shelf.reserve(product))).isEqualTo(LATE);
        assertThat(shelf.reserved(product)).isZero();
    }

    @Test
    void repeatedActionWaitsForTheOpenOne() throws Exception {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        CountDownLatch decide = new CountDownLatch(1);
        Future<BarrierOutcome> first = openAction(action, product, decide);
        Future<BarrierOutcome> second = threads.submit(() -> barrier.of(action).call(Shelf.reserve(product)));
        shelf.awaitLockWait();

        decide.countDown();

        assertThat(first.get(10, SECONDS)).isEqualTo(EXECUTED);
        assertThat(second.get(10, SECONDS)).isEqualTo(DUPLICATE);
        assertThat(shelf.reserved(product)).isOne();
    }

    /// The other process is played by a connection that has inserted what its null compensation inserts.
    @Test
    void lateActionWaitsForTheOpenNullCompensation() throws Exception {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();
        BranchContext compensation = Shelf.compensation(action);
        Future<BarrierOutcome> acting;
        try (Connection other = database.openConnection()) {
            other.setAutoCommit(false);
            BarrierTable rows = new OwnBarrierTable(other, compensation, "01");
            assertThat(rows.insert("action", "compensate")).isTrue();
            assertThat(rows.insert("compensate", "compensate")).isTrue();
            acting = threads.submit(() -> barrier.of(action).call(Shelf.reserve(product)));
            shelf.awaitLockWait();
            other.commit();
        }
        assertThat(acting.get(10, SECONDS)).isEqualTo(LATE);
        assertThat(shelf.reserved(product)).isZero();
    }

    /// Three calls of the action and three of the compensation for each of 200 transactions, shuffled
    /// over 16 threads. In the end each is undone or never happened.
    @Test
    void racingCallsOfManyTransactionsConserveThePieces() throws Exception {
        List<Long> products = List.of(shelf.newProduct(), shelf.newProduct(), shelf.newProduct(), shelf.newProduct());
        List<Race> races = new ArrayList<>();
        for (int i = 0; i < GIDS; i++) {
            races.add(new Race(Shelf.action(), products.get(i % products.size())));
        }
        List<Future<?>> calls = new ArrayList<>();
        for (Runnable call : shuffledCalls(races)) {
            calls.add(threads.submit(call));
        }
        for (Future<?> call : calls) {
            call.get(120, SECONDS);
        }

        assertThat(products)
                .allSatisfy(product -> assertThat(shelf.reserved(product)).isZero());
        assertThat(races).hasSize(GIDS).allSatisfy(Race::assertConsistent);
        // Both kinds of winner occurred, or nothing raced.
        assertThat(races).anyMatch(Race::wasUndone).anyMatch(race -> !race.wasUndone());
    }

    private List<Runnable> shuffledCalls(List<Race> races) {
        List<Runnable> calls = new ArrayList<>();
        for (Race race : races) {
            for (int i = 0; i < CALLS_OF_EACH_KIND; i++) {
                calls.add(race::act);
                calls.add(race::compensate);
            }
        }
        // Neighbours race: the calls of one transaction stay within a few places of each other.
        Random random = new Random(20261121);
        int window = 2 * CALLS_OF_EACH_KIND * 4;
        for (int from = 0; from < calls.size(); from += window) {
            Collections.shuffle(calls.subList(from, Math.min(calls.size(), from + window)), random);
        }
        return calls;
    }

    /// The six calls of one transaction and what came of them.
    private final class Race {
        private final BranchContext action;
        private final long product;
        private final List<BarrierOutcome> actions = Collections.synchronizedList(new ArrayList<>());
        private final List<BarrierOutcome> compensations = Collections.synchronizedList(new ArrayList<>());

        Race(BranchContext action, long product) {
            this.action = action;
            this.product = product;
        }

        void act() {
            actions.add(untilDecided(action, Shelf.reserve(product)));
        }

        void compensate() {
            compensations.add(untilDecided(Shelf.compensation(action), Shelf.release(product)));
        }

        boolean wasUndone() {
            return actions.contains(EXECUTED);
        }

        void assertConsistent() {
            if (wasUndone()) {
                assertThat(actions).containsExactlyInAnyOrder(EXECUTED, DUPLICATE, DUPLICATE);
                assertThat(compensations).containsExactlyInAnyOrder(EXECUTED, DUPLICATE, DUPLICATE);
            } else {
                assertThat(actions).containsExactly(LATE, LATE, LATE);
                assertThat(compensations).containsExactlyInAnyOrder(NULL_COMPENSATION, DUPLICATE, DUPLICATE);
            }
        }
    }

    /// Repeats the call as a coordinator does when it gets no clear answer.
    private BarrierOutcome untilDecided(BranchContext branch, SqlWork work) {
        while (true) {
            try {
                return barrier.of(branch).call(work);
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isIn(1205, 1213);
            }
        }
    }

    private Future<BarrierOutcome> openAction(
            BranchContext action, long product, CountDownLatch decide, RuntimeException... failure) throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Future<BarrierOutcome> acting = threads.submit(() -> barrier.of(action).call(connection -> {
            Shelf.move(connection, product, 1);
            open.countDown();
            await(decide);
            for (RuntimeException thrown : failure) {
                throw thrown;
            }
        }));
        await(open);
        return acting;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
