package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.ParkPolicy;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A coordinator that is given too much, or things that cannot be done, on a real database. Waits are
/// short (20 ms after the first unanswered call).
@DatabaseTest
class DispatcherLimitsTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String DEAD = "dead:1/Step/Do";
    private static final BranchOutcome ERROR = new BranchOutcome.Unknown("INTERNAL: no such table", Trouble.ERROR);

    private final StoreFixture fixture;
    private final JdbiSagaStore store;
    private final ScriptedBranches branches = new ScriptedBranches();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Dispatcher> dispatchers = new ArrayList<>();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    DispatcherLimitsTest(TestDatabase database) {
        fixture = new StoreFixture(database);
        store = fixture.storeOf("north", LONG);
    }

    @AfterEach
    void stop() {
        branches.open(DEAD);
        IntStream.rangeClosed(1, 3).mapToObj(Sagas::action).forEach(branches::open);
        dispatchers.forEach(Dispatcher::close);
        store.close();
        callers.close();
    }

    @Test
    void whatIsTooMuchIsRefusedAndTheRestIsDone() throws Exception {
        Dispatcher dispatcher = started(10, 10);
        branches.close(action(1));
        List<SubmitAnswer> answers = submitted(dispatcher, 60, action(1));

        assertThat(answers).filteredOn(new SubmitAnswer.Accepted()::equals).hasSize(10);
        assertThat(answers)
                .filteredOn(answer -> answer instanceof SubmitAnswer.Overloaded)
                .hasSize(50);
        assertThat(fixture.count("true"))
                .as("nothing is stored of what was refused")
                .isEqualTo(10);
        assertThat(dispatcher.overload())
                .hasValueSatisfying(
                        overload -> assertThat(overload.retryAfter()).isPositive());

        branches.open(action(1));
        awaitFinished(10);
        await().until(() -> dispatcher.overload().isEmpty());
        assertThat(meters.counter("ordersaga.sagas.submitted", "answer", "refused")
                        .count())
                .isGreaterThan(50);
    }

    /// Else those that find no place would be stored, put off and answered "unfinished", and the work
    /// on them be for nobody.
    @Test
    void whoWaitsIsRefusedRatherThanPutOffBehindABusyTarget() throws Exception {
        // A target counts as silent after `waitMax` without an answer: not within this test.
        Dispatcher dispatcher = started(100, 10, LONG, new TargetSettings(15, 5, 30, LONG, 100, 10, 50, SHORT, 1));
        branches.close(action(1));
        List<Future<SubmitAnswer>> pending = IntStream.range(0, 60)
                .mapToObj(number -> of("saga-" + number, action(1)))
                .map(saga -> callers.submit(() -> dispatcher.submit(saga, true, PATIENCE)))
                .toList();
        await().until(() -> pending.stream().filter(Future::isDone).count() + fixture.count("true") >= 60);
        branches.open(action(1));

        List<SubmitAnswer> answers = new ArrayList<>();
        for (Future<SubmitAnswer> each : pending) {
            answers.add(each.get());
        }
        assertThat(answers).doesNotHaveAnyElementsOfTypes(SubmitAnswer.Unfinished.class);
        assertThat(answers)
                .filteredOn(answer -> answer instanceof SubmitAnswer.Overloaded)
                // Ten are called and ten wait; some may slip in while others go from being stored to waiting.
                .hasSizeBetween(20, 40);
        long succeeded =
                answers.stream().filter(new SubmitAnswer.Succeeded()::equals).count();
        assertThat(fixture.count("true"))
                .as("nothing is stored of what was refused")
                .isEqualTo(succeeded);
        assertThat(dispatcher.submit(of("later", action(1)), true, PATIENCE)).isEqualTo(new SubmitAnswer.Succeeded());
    }

    @Test
    void sagasOnASilentTargetLeaveRoomForTheOthers() throws Exception {
        Dispatcher dispatcher = started(100, 100);
        branches.close(DEAD);
        List<SubmitAnswer> dead = submitted(dispatcher, 90, DEAD);
        assertThat(dead).containsOnly(new SubmitAnswer.Accepted());
        await().until(() -> branches.calls().size() >= 15);

        for (int number = 0; number < 30; number++) {
            SagaDefinition other = of("other-" + number, action(1));
            assertThat(dispatcher.submit(other, true, PATIENCE)).isEqualTo(new SubmitAnswer.Succeeded());
        }
        assertThat(branches.urls()).filteredOn(DEAD::equals).hasSizeLessThanOrEqualTo(20);
        branches.open(DEAD);
        awaitFinished(120);
    }

    @Test
    void onlyProbesReachATargetThatIsGone() throws Exception {
        Dispatcher dispatcher = started(100, 100);
        IntStream.range(0, 200).forEach(number -> branches.next(DEAD, ScriptedBranches.LOST));
        submitted(dispatcher, 80, DEAD);
        await().until(() -> meters.get("ordersaga.targets.left.alone").gauge().value() == 1);

        await().during(Duration.ofMillis(600)).until(() -> branches.calls().size() < 60);
        assertThat(fixture.count("finished IS NULL")).isEqualTo(80);
    }

    @Test
    void whatOnlyEverFailsIsParkedAndGoesOnWhenItIsReleased() {
        Dispatcher dispatcher = started(10, 10, SHORT);
        branches.next(action(1), ERROR).next(action(1), ERROR);
        dispatcher.submit(Sagas.ofSteps(2), false, PATIENCE);

        await().until(() -> parked("gid-1"));
        // Counted after it is written, by another thread than this one.
        await().until(() -> meters.counter("ordersaga.sagas.parked").count() == 1);
        assertThat(branches.urls()).containsExactly(action(1), action(1));
        assertThat(store.find(new Gid("gid-1")).orElseThrow().saga().parked())
                .hasValueSatisfying(reason -> assertThat(reason).contains("01", "no such table"));

        assertThat(store.release(new Gid("gid-1"))).isTrue();
        awaitFinished(1);
        assertThat(branches.urls()).containsExactly(action(1), action(1), action(1), action(2));
    }

    @Test
    void whatTheEngineCannotStepIsParked() {
        Dispatcher dispatcher = started(10, 10);
        branches.next(action(1), ScriptedBranches.LOST);
        SagaOptions overflowing = Sagas.retryInterval(Duration.ofSeconds(Long.MAX_VALUE / 1_000));
        dispatcher.submit(Sagas.ofSteps(2, overflowing), false, PATIENCE);

        await().until(() -> parked("gid-1"));
        assertThat(branches.urls()).containsExactly(action(1));
    }

    @Test
    void theCallsOfAConcurrentSagaAreOutAtOnce() throws Exception {
        Dispatcher dispatcher = started(10, 10);
        IntStream.rangeClosed(1, 3).mapToObj(Sagas::action).forEach(branches::close);
        branches.next(action(2), ScriptedBranches.NO);
        Future<SubmitAnswer> end = callers.submit(() -> dispatcher.submit(Sagas.ofOrders(3, Map.of()), true, PATIENCE));
        await().until(() -> branches.calls().size() == 3);

        IntStream.rangeClosed(1, 3).mapToObj(Sagas::action).forEach(branches::open);
        assertThat(end.get()).isInstanceOf(SubmitAnswer.RolledBack.class);
        assertThat(branches.urls()).contains(compensation(1), compensation(2), compensation(3));
        awaitFinished(1);
    }

    @Test
    void aConcurrentSagaThatIsLostMakesNoFurtherCall() {
        Dispatcher dispatcher = started(10, 10);
        IntStream.rangeClosed(1, 3).mapToObj(Sagas::action).forEach(branches::close);
        dispatcher.submit(Sagas.ofOrders(3, Map.of()), false, PATIENCE);
        await().until(() -> branches.calls().size() == 3);

        fixture.execute("UPDATE saga SET epoch = epoch + 1, owner = 'south'");
        branches.next(action(1), ScriptedBranches.NO);
        branches.open(action(1));
        await().until(() -> meters.counter("ordersaga.sagas.lost").count() == 1);
        branches.open(action(2));
        branches.open(action(3));
        await().until(() -> meters.get("ordersaga.sagas.running").gauge().value() == 0);
        assertThat(branches.urls()).containsExactlyInAnyOrder(action(1), action(2), action(3));
    }

    @Test
    void everyCallIsKept() {
        Dispatcher dispatcher = started(10, 10);
        branches.next(action(1), ScriptedBranches.LOST);
        dispatcher.submit(Sagas.ofSteps(1), false, PATIENCE);
        awaitFinished(1);
        store.flush();

        List<Attempt> attempts = store.attempts(new Gid("gid-1"), 10);
        assertThat(attempts).extracting(Attempt::outcome).containsExactly("succeeded", "unknown");
        assertThat(attempts).extracting(Attempt::attempt).containsExactly(1, 0);
        assertThat(attempts).extracting(Attempt::target).containsOnly(action(1));
        assertThat(attempts).extracting(Attempt::node).containsOnly("north");
    }

    @Test
    void manySagasAreHandedOverWithinASecond() throws Exception {
        Dispatcher north = started(200, 10);
        IntStream.range(0, 200).forEach(number -> branches.close("shop" + number % 20 + ":1/Step/Do"));
        CountDownLatch done = new CountDownLatch(200);
        for (int number = 0; number < 200; number++) {
            SagaDefinition saga = of("gid-" + number, "shop" + number % 20 + ":1/Step/Do");
            callers.execute(() -> {
                north.submit(saga, false, PATIENCE);
                done.countDown();
            });
        }
        done.await();
        await().until(() -> branches.calls().size() == 200);

        Instant begin = Instant.now();
        north.close();
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(fixture.count("next_due <= UTC_TIMESTAMP(6)")).isEqualTo(200);
        IntStream.range(0, 20).forEach(number -> branches.open("shop" + number + ":1/Step/Do"));
    }

    @Test
    void aLargeBacklogIsDrained() {
        int sagas = 2_000;
        for (int number = 0; number < sagas; number++) {
            SagaDefinition definition = of("gid-" + number, action(1));
            callers.execute(() -> {
                Saga fresh = Saga.fresh(definition, Instant.now());
                store.insert(new Engine(backoff())
                        .step(fresh, new Event.Submitted(), Instant.now())
                        .saga());
            });
        }
        await().atMost(PATIENCE).until(() -> fixture.count("true") == sagas);
        fixture.letLeasesRunOut();

        started(10, 100);
        awaitFinished(sagas);
        assertThat(branches.calls()).hasSize(sagas).doesNotHaveDuplicates();
    }

    private Dispatcher started(int freshMax, int resumedMax) {
        return started(freshMax, resumedMax, LONG);
    }

    private Dispatcher started(int freshMax, int resumedMax, Duration poll) {
        return started(
                freshMax,
                resumedMax,
                poll,
                new TargetSettings(15, 5, 10, SHORT, 100, 10, 50, Duration.ofMillis(200), 1));
    }

    private Dispatcher started(int freshMax, int resumedMax, Duration poll, TargetSettings targets) {
        Dispatcher dispatcher = new Dispatcher(
                "north",
                new Engine(backoff(), new ParkPolicy(2, 0), false),
                store,
                branches,
                new DispatchSettings(freshMax, freshMax, LONG, resumedMax, 50, poll, LONG, SHORT),
                targets,
                InstantSource.system(),
                meters);
        dispatchers.add(dispatcher);
        dispatcher.start();
        return dispatcher;
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(10), Duration.ofMillis(200), 1);
    }

    private List<SubmitAnswer> submitted(Dispatcher dispatcher, int count, String url) throws Exception {
        List<Future<SubmitAnswer>> pending = IntStream.range(0, count)
                .mapToObj(number -> of("saga-" + number, url))
                .map(saga -> callers.submit(() -> dispatcher.submit(saga, false, PATIENCE)))
                .toList();
        List<SubmitAnswer> answers = new ArrayList<>();
        for (Future<SubmitAnswer> each : pending) {
            answers.add(each.get());
        }
        return answers;
    }

    private static SagaDefinition of(String gid, String url) {
        Step step = new Step(url, "", Bytes.EMPTY);
        return Sagas.named(gid, Sagas.of(List.of(step), SagaOptions.DEFAULT));
    }

    private boolean parked(String gid) {
        return store.find(new Gid(gid))
                .map(found -> found.saga().parked().isPresent())
                .orElse(false);
    }

    private void awaitFinished(int count) {
        await().atMost(PATIENCE).until(() -> fixture.count("finished IS NOT NULL") == count);
    }
}
