package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.store.JdbiSagaStore;
import io.ordersaga.coordinator.store.StoreFixture;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Up to two coordinators on one table. Waits are short (40 ms after the first lost answer); polls and leases
/// are an hour where a test shows that something does not depend on them.
@DatabaseTest
class DispatcherTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final TargetSettings TARGETS =
            new TargetSettings(50, 10, 50, PATIENCE, 10, 20, 50, Duration.ofMillis(100), 3);
    private static final Engine ENGINE = new Engine(new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), 1));

    private final StoreFixture fixture;
    private final ScriptedBranches branches = new ScriptedBranches();
    private final List<Dispatcher> dispatchers = new ArrayList<>();
    private final List<JdbiSagaStore> stores = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    DispatcherTest(TestDatabase database) {
        fixture = new StoreFixture(database);
    }

    @BeforeEach
    void empty() {
        fixture.execute("DELETE FROM saga");
    }

    @AfterEach
    void stop() {
        for (int number = 1; number <= 3; number++) {
            branches.open(action(number));
        }
        dispatchers.forEach(Dispatcher::close);
    }

    @Test
    void aSubmittedSagaRunsAtOnceToItsEnd() {
        Dispatcher dispatcher = started("north", LONG, LONG);

        assertThat(dispatcher.submit(Sagas.ofSteps(3), false, PATIENCE)).isEqualTo(new SubmitAnswer.Accepted());
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(branches.urls()).containsExactly(action(1), action(2), action(3));
        assertThat(meters.counter("ordersaga.sagas.finished", "status", "succeed")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aSuccessIsFollowedUpWhereItArrives() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        assertThat(dispatcher.submit(Sagas.ofSteps(4), true, PATIENCE)).isEqualTo(new SubmitAnswer.Succeeded());

        assertThat(branches.urls()).containsExactly(action(1), action(2), action(3), action(4));
        assertThat(branches.thread(action(2))).isEqualTo("saga-run");
        assertThat(branches.thread(action(3))).isEqualTo("connection");
        assertThat(branches.thread(action(4)))
                .as("whoever has to wait does it elsewhere")
                .isEqualTo("saga-run");
    }

    @Test
    void aSagaIsStoredBeforeItsSubmitterIsAnsweredAndBeforeItsFirstCall() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        branches.close(action(1));

        assertThat(dispatcher.submit(Sagas.ofSteps(1), false, PATIENCE)).isEqualTo(new SubmitAnswer.Accepted());
        assertThat(fixture.count("status = 'SUBMITTED' AND owner = 'north'")).isEqualTo(1);
    }

    @Test
    void aSubmitterThatWaitsHearsTheEnd() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        assertThat(dispatcher.submit(Sagas.named("good", Sagas.ofSteps(2)), true, PATIENCE))
                .isEqualTo(new SubmitAnswer.Succeeded());

        branches.next(action(2), ScriptedBranches.NO);
        assertThat(dispatcher.submit(Sagas.named("bad", Sagas.ofSteps(2)), true, PATIENCE))
                .isInstanceOfSatisfying(
                        SubmitAnswer.RolledBack.class,
                        answer -> assertThat(answer.rejection().reason()).contains("sold out"));
        assertThat(branches.urls()).endsWith(action(2), compensation(2), compensation(1));
    }

    @Test
    void aSubmitterThatWaitsIsToldAtTheFirstBackOffThatItTakesLonger() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        branches.next(action(1), ScriptedBranches.LOST);

        assertThat(dispatcher.submit(Sagas.ofSteps(1), true, PATIENCE)).isInstanceOf(SubmitAnswer.Unfinished.class);
        awaitStatus(SagaStatus.SUCCEEDED);
    }

    @Test
    void aSubmitterDoesNotWaitLongerThanItsPatience() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        branches.close(action(1));

        assertThat(dispatcher.submit(Sagas.ofSteps(1), true, Duration.ofMillis(500)))
                .isInstanceOf(SubmitAnswer.Unfinished.class);
    }

    @Test
    void aWaitEndsByItsWakeUpWithoutAnyPoll() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        branches.next(action(2), ScriptedBranches.LOST).next(action(2), ScriptedBranches.LOST);
        branches.next(action(2), ScriptedBranches.NO).next(compensation(1), ScriptedBranches.LOST);

        dispatcher.submit(Sagas.ofSteps(2), false, PATIENCE);
        awaitStatus(SagaStatus.FAILED);
        assertThat(branches.urls())
                .containsExactly(
                        action(1), action(2), action(2), action(2), compensation(2), compensation(1), compensation(1));
    }

    @Test
    void thePollFindsWhatNoWakeUpAnnounced() {
        storedBy("gone", Sagas.ofSteps(1));
        fixture.execute("UPDATE saga SET owner = NULL, next_due = UTC_TIMESTAMP(6)");

        started("north", SHORT, LONG);
        awaitStatus(SagaStatus.SUCCEEDED);
    }

    @Test
    void aBacklogIsCountedWithItsAgeThoughNobodyTakesItUp() {
        storedBy("gone", Sagas.ofSteps(1));
        fixture.execute("UPDATE saga SET owner = NULL, next_due = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR");

        Dispatcher drained = made(settings(50, 50, SHORT, LONG), "north");
        drained.drain(true);
        drained.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> meters.get("ordersaga.sagas.backlog").gauge().value() == 1);
        assertThat(meters.get("ordersaga.sagas.backlog.age.seconds").gauge().value())
                .isBetween(3_600.0, 7_200.0);
        assertThat(branches.calls()).isEmpty();
    }

    @Test
    void theSagasOfAKilledCoordinatorAreTakenOverOnceEach() {
        int sagas = 120;
        for (int number = 0; number < sagas; number++) {
            storedBy("killed", Sagas.named("gid-" + number, Sagas.ofSteps(2)));
        }
        started("north", SHORT, LONG);
        started("south", SHORT, LONG);
        assertThat(branches.calls()).as("before the lease is over").isEmpty();

        fixture.letLeasesRunOut();
        await().until(() -> fixture.count("status = 'SUCCEEDED'") == sagas);
        assertThat(branches.calls()).hasSize(2 * sagas).doesNotHaveDuplicates();
        assertThat(meters.counter("ordersaga.sagas.claimed", "abandoned", "true")
                        .count())
                .isEqualTo(sagas);
    }

    @Test
    void aLongCallKeepsItsSaga() {
        Dispatcher north = started("north", LONG, Duration.ofMillis(300));
        started("south", SHORT, Duration.ofMillis(300));
        branches.close(action(1));
        north.submit(Sagas.ofSteps(1), false, PATIENCE);

        Instant first = nextDue();
        await().until(() -> nextDue().isAfter(first.plusMillis(600)));
        branches.open(action(1));
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(branches.urls()).containsExactly(action(1));
    }

    @Test
    void anOwnerThatLostItsSagaMakesNoFurtherCall() {
        Dispatcher north = started("north", LONG, LONG);
        branches.close(action(1));
        branches.close(action(2));
        SubmitAnswer accepted = north.submit(Sagas.ofSteps(3), false, PATIENCE);
        assertThat(accepted).isEqualTo(new SubmitAnswer.Accepted());
        await().until(() -> branches.calls().size() == 1);

        fixture.execute("UPDATE saga SET epoch = epoch + 1, owner = 'south'");
        branches.open(action(1));
        await().until(() -> branches.calls().size() == 2);
        // The write that nobody waits for finds out.
        stores.getFirst().flush();
        branches.open(action(2));
        await().until(() -> meters.counter("ordersaga.sagas.lost").count() == 1);
        assertThat(branches.urls()).containsExactly(action(1), action(2));
        assertThat(fixture.count("owner = 'south' AND status = 'SUBMITTED'")).isEqualTo(1);
    }

    @Test
    void anOwnerThatCannotRenewStopsCallingWhenItsLeaseIsOver() {
        Dispatcher north = started("north", LONG, Duration.ofMillis(300));
        branches.close(action(1));
        branches.next(action(1), ScriptedBranches.NO);
        north.submit(Sagas.ofSteps(1), false, PATIENCE);
        await().until(() -> branches.calls().size() == 1);

        // Another epoch, so that renewing fails; back to the old one before the write, which therefore succeeds.
        fixture.execute("UPDATE saga SET epoch = epoch + 1");
        await().until(() -> nextDue().isBefore(Instant.now()));
        fixture.execute("UPDATE saga SET epoch = epoch - 1");
        branches.open(action(1));
        await().until(() -> meters.counter("ordersaga.sagas.lost").count() == 1);
        assertThat(branches.urls()).containsExactly(action(1));
    }

    @Test
    void aStoppedCoordinatorHandsOverAtOnce() {
        Dispatcher north = started("north", LONG, LONG);
        branches.close(action(1));
        north.submit(Sagas.ofSteps(2), false, PATIENCE);
        await().until(() -> branches.calls().size() == 1);
        north.close();
        assertThat(north.submit(Sagas.named("late", Sagas.ofSteps(1)), false, PATIENCE))
                .isInstanceOf(SubmitAnswer.Overloaded.class);

        branches.open(action(1));
        started("south", SHORT, LONG);
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(branches.urls()).containsExactly(action(1), action(1), action(2));
    }

    @Test
    void beyondItsLimitASagaIsRefusedAndNothingStored() {
        Dispatcher dispatcher = start(settings(1, 1, LONG, LONG), "north");
        branches.close(action(1));
        dispatcher.submit(Sagas.named("first", Sagas.ofSteps(1)), false, PATIENCE);

        assertThat(dispatcher.submit(Sagas.named("second", Sagas.ofSteps(1)), false, PATIENCE))
                .isInstanceOf(SubmitAnswer.Overloaded.class);
        assertThat(fixture.count("true")).isEqualTo(1);

        branches.open(action(1));
        awaitStatus(SagaStatus.SUCCEEDED);
        await().until(() -> dispatcher
                .submit(Sagas.named("second", Sagas.ofSteps(1)), true, PATIENCE)
                .equals(new SubmitAnswer.Succeeded()));
    }

    @Test
    void aBacklogIsDrainedBatchByBatchWithoutWaitingForAPoll() {
        int sagas = 55;
        for (int number = 0; number < sagas; number++) {
            storedBy("killed", Sagas.named("gid-" + number, Sagas.ofSteps(1)));
        }
        fixture.letLeasesRunOut();

        start(settings(1, 100, LONG, LONG), "north");
        await().until(() -> fixture.count("status = 'SUCCEEDED'") == sagas);
    }

    @Test
    void submittingAgainCallsNothingAgain() {
        Dispatcher dispatcher = started("north", LONG, LONG);
        branches.close(action(1));
        dispatcher.submit(Sagas.ofSteps(1), false, PATIENCE);

        assertThat(dispatcher.submit(Sagas.ofSteps(1), false, PATIENCE)).isEqualTo(new SubmitAnswer.Accepted());
        assertThat(dispatcher.submit(Sagas.ofSteps(2), false, PATIENCE)).isEqualTo(new SubmitAnswer.GidReused());
        branches.open(action(1));
        awaitStatus(SagaStatus.SUCCEEDED);
        assertThat(dispatcher.submit(Sagas.ofSteps(1), false, PATIENCE))
                .isEqualTo(new SubmitAnswer.AlreadyFinished(SagaStatus.SUCCEEDED));
        assertThat(branches.urls()).containsExactly(action(1));
    }

    @Test
    void withoutItsStoreNothingIsAcceptedOrCalled() {
        Dispatcher dispatcher = started("north", SHORT, LONG);
        fixture.execute("RENAME TABLE saga TO saga_away");
        try {
            assertThatThrownBy(() -> dispatcher.submit(Sagas.ofSteps(1), true, PATIENCE))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(branches.calls()).isEmpty();
            await().until(() -> dispatcher.sinceLastClaim().compareTo(SHORT.multipliedBy(4)) > 0);
        } finally {
            fixture.execute("RENAME TABLE saga_away TO saga");
        }

        assertThat(dispatcher.submit(Sagas.ofSteps(1), true, PATIENCE)).isEqualTo(new SubmitAnswer.Succeeded());
        await().until(() -> dispatcher.sinceLastClaim().compareTo(SHORT.multipliedBy(4)) < 0);
    }

    private Dispatcher started(String owner, Duration poll, Duration lease) {
        return start(settings(50, 50, poll, lease), owner);
    }

    private static DispatchSettings settings(int freshMax, int resumedMax, Duration poll, Duration lease) {
        return new DispatchSettings(freshMax, freshMax, LONG, resumedMax, 10, poll, lease, SHORT);
    }

    private Dispatcher start(DispatchSettings settings, String owner) {
        Dispatcher dispatcher = made(settings, owner);
        dispatcher.start();
        return dispatcher;
    }

    private Dispatcher made(DispatchSettings settings, String owner) {
        JdbiSagaStore store = fixture.storeOf(owner, settings.lease());
        stores.add(store);
        Dispatcher dispatcher =
                new Dispatcher(owner, ENGINE, store, branches, settings, TARGETS, InstantSource.system(), meters);
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    /// A coordinator that was killed after it had stored the saga and before it called anybody.
    private void storedBy(String owner, SagaDefinition definition) {
        Saga fresh = Saga.fresh(definition, Instant.now());
        fixture.storeOf(owner, LONG)
                .insert(ENGINE.step(fresh, new Event.Submitted(), Instant.now()).saga());
    }

    private Instant nextDue() {
        return fixture.storeOf("onlooker")
                .find(new Gid("gid-1"))
                .orElseThrow()
                .ownership()
                .orElseThrow()
                .nextDue();
    }

    private void awaitStatus(SagaStatus status) {
        await().until(() -> fixture.count("status = '" + status + "' AND owner IS NULL") == 1);
    }
}
