package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperatorDesk;
import io.ordersaga.coordinator.engine.OperatorDesk.Expected;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.coordinator.store.StoreFixture;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What operators decide about sagas that a running coordinator works on.
@DatabaseTest
class OperatorDecisionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Gid GID = new Gid("gid-1");
    private static final Operation ROLL_BACK = new Operation.RollBack(Rejection.ofReason("rolled back by eve"));
    private static final TargetSettings TARGETS =
            new TargetSettings(50, 10, 50, PATIENCE, 10, 20, 50, Duration.ofMillis(100), 3);
    private static final Engine ENGINE = new Engine(new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), 1));

    private final StoreFixture fixture;
    private final ScriptedBranches branches = new ScriptedBranches();
    private final List<Dispatcher> dispatchers = new ArrayList<>();
    private final List<OperatorDesk> desks = new ArrayList<>();

    OperatorDecisionsTest(TestDatabase database) {
        fixture = new StoreFixture(database);
    }

    @BeforeEach
    void empty() {
        fixture.execute("DELETE FROM saga");
        fixture.execute("DELETE FROM saga_attempt");
        start("north");
        start("south");
    }

    @AfterEach
    void stop() {
        for (int number = 1; number <= 3; number++) {
            branches.open(action(number));
        }
        dispatchers.forEach(Dispatcher::close);
    }

    private void start(String owner) {
        DispatchSettings settings =
                new DispatchSettings(50, 50, LEASE, 50, 10, Duration.ofMillis(50), LEASE, Duration.ofMillis(50));
        JdbiSagaStore store = fixture.storeOf(owner, LEASE);
        Dispatcher dispatcher = new Dispatcher(
                owner, ENGINE, store, branches, settings, TARGETS, InstantSource.system(), new SimpleMeterRegistry());
        dispatcher.start();
        dispatchers.add(dispatcher);
        desks.add(new OperatorDecisions(dispatcher, ENGINE, store, store.decisions(), InstantSource.system()));
    }

    private void submitAndAwaitCall(int steps, String url) {
        branches.close(url);
        dispatchers.getFirst().submit(Sagas.ofSteps(steps), false, PATIENCE);
        await().atMost(PATIENCE).until(() -> branches.urls().contains(url));
    }

    private void awaitStatus(SagaStatus status) {
        await().atMost(PATIENCE).until(() -> fixture.count("status = '" + status + "' AND owner IS NULL") == 1);
    }

    private Saga stored() {
        return fixture.storeOf("onlooker").find(GID).orElseThrow().saga();
    }

    @Test
    void aSagaThatHangsOnAnotherNodeIsRolledBackAndItsLateAnswerChangesNothing() {
        submitAndAwaitCall(2, action(2));

        assertThat(desks.getLast().operate(GID, ROLL_BACK, Expected.ANY)).isInstanceOf(OperatorDesk.Done.class);
        awaitStatus(SagaStatus.FAILED);
        branches.open(action(2));
        assertThat(branches.urls()).endsWith(compensation(2), compensation(1));
        await().atMost(PATIENCE)
                .until(() -> dispatchers.stream()
                        .allMatch(dispatcher -> dispatcher.report().running() == 0));
        assertThat(stored().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aSagaThatRunsHereIsPausedAndNothingMoreIsCalledUntilItIsResumed() {
        submitAndAwaitCall(2, action(1));
        assertThat(desks.getFirst().operate(GID, new Operation.Pause("by eve"), Expected.ANY))
                .isInstanceOf(OperatorDesk.Done.class);
        branches.open(action(1));
        await().atMost(PATIENCE).until(() -> dispatchers.getFirst().report().running() == 0);
        assertThat(branches.urls()).containsExactly(action(1));

        assertThat(desks.getLast().operate(GID, new Operation.Resume(), Expected.ANY))
                .isInstanceOf(OperatorDesk.Done.class);
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(branches.urls()).containsExactly(action(1), action(1), action(2));
    }

    @Test
    void aPausedTargetIsNotCalledAndCostsNoAttempt() {
        pauseShop(Map.of("shop:1", "paused by eve"));
        dispatchers.getFirst().submit(Sagas.ofSteps(1), false, PATIENCE);
        // Each claim of it raises the epoch.
        await().atMost(PATIENCE).until(() -> fixture.count("epoch >= 3") == 1);

        assertThat(branches.calls()).isEmpty();
        assertThat(stored().retrying().attempts()).isZero();
        assertThat(fixture.storeOf("onlooker").attempts(GID, 10))
                .as("each node says once why it does not call")
                .hasSizeBetween(1, 2)
                .allSatisfy(attempt -> assertThat(attempt.detail()).contains("shop:1 is paused by eve"));
        pauseShop(Map.of());
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(branches.urls()).containsExactly(action(1));
    }

    private void pauseShop(Map<String, String> paused) {
        dispatchers.forEach(dispatcher -> dispatcher.pauseTargets(paused));
    }

    @Test
    void aDrainedNodeHandsOverWhatItHasAndWhatItIsGiven() {
        Dispatcher north = dispatchers.getFirst();
        submitAndAwaitCall(2, action(1));
        north.drain(true);
        branches.open(action(1));
        awaitStatus(SagaStatus.SUCCEEDED);

        north.submit(Sagas.named("gid-2", Sagas.ofSteps(1)), false, PATIENCE);
        await().atMost(PATIENCE).until(() -> fixture.count("status = 'SUCCEEDED' AND owner IS NULL") == 2);
        await().atMost(PATIENCE).until(() -> north.report().running() == 0);
        assertThat(north.report().draining()).isTrue();
    }

    @Test
    void whatIsDeletedIsGoneWithItsJournal() {
        dispatchers.getFirst().submit(Sagas.ofSteps(1), false, PATIENCE);
        awaitStatus(SagaStatus.SUCCEEDED);
        await().atMost(PATIENCE)
                .until(() -> !fixture.storeOf("onlooker").attempts(GID, 1).isEmpty());

        assertThat(desks.getLast().delete(GID, Expected.ANY)).isInstanceOf(OperatorDesk.Done.class);
        assertThat(desks.getLast().delete(GID, Expected.ANY)).isEqualTo(new OperatorDesk.Missing());
        assertThat(fixture.row("SELECT COUNT(*) AS n FROM saga_attempt WHERE saga_id NOT IN (SELECT id FROM saga)")
                        .get("n"))
                .isEqualTo(0L);
    }
}
