package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static io.ordersaga.coordinator.engine.Sagas.action;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Two ordinary calls of a target at once and one that is urgent; one call may wait for its place.
/// Four calls decide about a target, which is left alone for ten seconds.
class TargetsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ScriptedBranches branches = new ScriptedBranches();
    private final SettableClock clock = new SettableClock(NOON);

    @AfterEach
    void open() {
        branches.open(action(1));
    }

    @Test
    void aTargetTakesItsShareAndNoMoreThanOneWaits() {
        Targets targets = targets(LONG);
        branches.close(action(1));
        CompletableFuture<BranchOutcome> first = inBackground(targets, action(1), false);
        CompletableFuture<BranchOutcome> second = inBackground(targets, action(1), false);
        awaitCalls(2);
        CompletableFuture<BranchOutcome> urgent = inBackground(targets, action(1), true);
        awaitCalls(3);
        CompletableFuture<BranchOutcome> waiting = inBackground(targets, action(1), false);
        await().until(() -> targets.waiting("shop:1") == 1);
        assertThat(targets.call(call(action(1)), false)).isInstanceOf(BranchOutcome.Unknown.class);

        assertThat(targets.call(call("other:1/Step/Do"), false)).isEqualTo(new BranchOutcome.Succeeded());
        branches.open(action(1));
        for (CompletableFuture<BranchOutcome> each : List.of(first, second, urgent, waiting)) {
            assertThat(each.join()).isEqualTo(new BranchOutcome.Succeeded());
        }
    }

    @Test
    void whoWouldWaitLongIsToldBefore() {
        Targets targets = targets(LONG);
        List<Optional<Targets.Coming>> four = Stream.generate(() -> targets.announce(Sagas.ofSteps(1), true))
                .limit(4)
                .toList();
        assertThat(four).as("two are called and two wait").allMatch(Optional::isPresent);
        assertThat(targets.announce(Sagas.ofSteps(1), true)).isEmpty();
        Step other = new Step("other:1/Step/Do", "", Bytes.EMPTY);
        assertThat(targets.announce(Sagas.of(List.of(other, Sagas.step(1)), SagaOptions.DEFAULT), true))
                .as("it comes here later")
                .isEmpty();
        assertThat(targets.announce(Sagas.of(List.of(other), SagaOptions.DEFAULT), true))
                .isPresent();
        Targets.Coming storedAnyway = targets.announce(Sagas.ofSteps(1), false).orElseThrow();

        four.getFirst().orElseThrow().arrive();
        four.getFirst().orElseThrow().arrive();
        assertThat(targets.announce(Sagas.ofSteps(1), true)).isEmpty();
        storedAnyway.arrive();
        assertThat(targets.announce(Sagas.ofSteps(1), true)).isPresent();
    }

    @Test
    void nobodyIsTurnedAwayFromATargetThatIsGone() {
        Targets targets = targets(LONG);
        for (int call = 0; call < 4; call++) {
            branches.next(action(1), ScriptedBranches.LOST);
            targets.call(call(action(1)), false);
        }
        assertThat(Stream.generate(() -> targets.announce(Sagas.ofSteps(1), true))
                        .limit(20))
                .allMatch(Optional::isPresent);
    }

    @Test
    void aTargetThatAnswersNobodyIsKnownToBeSilent() {
        Targets targets = targets(LONG);
        long before = System.nanoTime();
        assertThat(targets.isSilentSince(action(1), System.nanoTime()))
                .as("nobody met it")
                .isFalse();
        assertThat(targets.call(call(action(1)), false)).isEqualTo(new BranchOutcome.Succeeded());
        assertThat(targets.isSilentSince(action(1), before)).isFalse();

        long afterwards = System.nanoTime();
        branches.next(action(1), ScriptedBranches.LOST);
        targets.call(call(action(1)), false);
        assertThat(targets.isSilentSince(action(1), afterwards)).isTrue();
        assertThat(targets.call(call(action(1)), false)).isEqualTo(new BranchOutcome.Succeeded());
        assertThat(targets.isSilentSince(action(1), afterwards)).isFalse();
    }

    @Test
    void whoWaitsTooLongForAPlaceComesBackWithoutACall() {
        Targets targets = targets(SHORT);
        branches.close(action(1));
        CompletableFuture<BranchOutcome> first = inBackground(targets, action(1), false);
        CompletableFuture<BranchOutcome> second = inBackground(targets, action(1), false);
        awaitCalls(2);

        assertThat(targets.call(call(action(1)), false))
                .isEqualTo(new BranchOutcome.Unknown("not called: too many calls of shop:1", Trouble.NOT_CALLED));
        assertThat(branches.calls()).hasSize(2);
        branches.open(action(1));
        CompletableFuture.allOf(first, second).join();
        assertThat(targets.call(call(action(1)), false)).isEqualTo(new BranchOutcome.Succeeded());
    }

    @Test
    void whatIsUrgentGoesFirst() {
        Gate gate = new Gate(1, 0, 2);
        assertThat(gate.enter(false, SHORT)).isTrue();
        CompletableFuture<Boolean> ordinary = inBackground(() -> gate.enter(false, LONG));
        await().until(() -> gate.waiting() == 1);
        CompletableFuture<Boolean> urgent = inBackground(() -> gate.enter(true, LONG));
        await().until(() -> gate.waiting() == 2);

        gate.leave();
        assertThat(urgent.join()).isTrue();
        assertThat(ordinary).isNotDone();
        gate.leave();
        assertThat(ordinary.join()).isTrue();
        gate.leave();
        assertThat(gate.isIdle()).isTrue();
    }

    @Test
    void aTargetThatDoesNotAnswerIsLeftAloneAndProbed() {
        Targets targets = targets(LONG);
        for (int number = 0; number < 4; number++) {
            branches.next(action(1), ScriptedBranches.LOST);
            targets.call(call(action(1)), false);
        }
        assertThat(targets.leftAlone()).isEqualTo(1);
        assertThat(targets.call(call(action(1)), true))
                .isEqualTo(new BranchOutcome.Unknown("not called: shop:1 did not answer of late", Trouble.NOT_CALLED));
        assertThat(branches.calls()).hasSize(4);
        assertThat(targets.call(call("other:1/Step/Do"), false)).isEqualTo(new BranchOutcome.Succeeded());

        clock.advance(Duration.ofSeconds(11));
        branches.close(action(1));
        CompletableFuture<BranchOutcome> probe = inBackground(targets, action(1), false);
        awaitCalls(6);
        assertThat(targets.call(call(action(1)), false))
                .as("one probe is enough")
                .isInstanceOf(BranchOutcome.Unknown.class);
        branches.open(action(1));
        assertThat(probe.join()).isEqualTo(new BranchOutcome.Succeeded());
        assertThat(targets.leftAlone()).isZero();
        assertThat(targets.call(call(action(1)), false)).isEqualTo(new BranchOutcome.Succeeded());
    }

    @Test
    void whoWaitedWhileTheTargetWentAwayDoesNotCallIt() {
        TargetSettings oneByOne = new TargetSettings(1, 0, 1, LONG, 3, 1, 50, Duration.ofSeconds(10), 1);
        Targets targets = new Targets(branches, oneByOne, clock);
        branches.next(action(1), ScriptedBranches.LOST);
        branches.close(action(1));
        CompletableFuture<BranchOutcome> lost = inBackground(targets, action(1), false);
        awaitCalls(1);
        CompletableFuture<BranchOutcome> waiting = inBackground(targets, action(1), false);
        await().until(() -> targets.waiting("shop:1") == 1);

        branches.open(action(1));
        assertThat(lost.join()).isEqualTo(ScriptedBranches.LOST);
        assertThat(waiting.join()).isInstanceOf(BranchOutcome.Unknown.class);
        assertThat(branches.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void anErrorIsAnAnswer(Trouble trouble) {
        Targets targets = targets(LONG);
        for (int number = 0; number < 4; number++) {
            branches.next(action(1), new BranchOutcome.Unknown("trouble", trouble));
            targets.call(call(action(1)), false);
        }
        assertThat(targets.leftAlone()).isEqualTo(trouble == Trouble.ERROR ? 0 : 1);
    }

    @Test
    void impatienceSaysNothingAboutTheTarget() {
        Targets targets = targets(LONG);
        SagaOptions impatient = new SagaOptions(Duration.ZERO, Duration.ofMillis(20), Duration.ZERO, 0);
        for (int number = 0; number < 10; number++) {
            branches.next(action(1), new BranchOutcome.Unknown("too late", Trouble.NO_ANSWER));
            targets.call(new BranchCall(Sagas.ofSteps(1, impatient), 0, Op.ACTION, Optional.empty()), false);
        }
        assertThat(targets.leftAlone()).isZero();
    }

    @Test
    void targetsAreForgottenWhenThereAreTooMany() {
        Targets targets = targets(LONG);
        branches.close(action(1));
        CompletableFuture<BranchOutcome> busy = inBackground(targets, action(1), false);
        awaitCalls(1);
        for (int number = 0; number < 20; number++) {
            targets.call(call("idle" + number + ":1/Step/Do"), false);
            assertThat(targets.count()).isLessThanOrEqualTo(3);
        }
        branches.open(action(1));
        busy.join();
    }

    @ParameterizedTest
    @CsvSource({
        "shop:1/Step/Do, shop:1",
        "dns:///shop:1/Step/Do, dns:///shop:1",
        "[::1]:80/Step/Do, [::1]:80",
        "http://shop/path, http://shop",
        "https://shop:8443/path?to=http://x/@, https://shop:8443",
        "https://shop?at=@home, https://shop",
        "http://me:secret@shop:80/path, http://shop:80",
        "shop:1, shop:1"
    })
    void theAddressIsTheUrlWithoutWhatIsAskedThere(String url, String address) {
        assertThat(Targets.addressOf(url)).isEqualTo(address);
    }

    private Targets targets(Duration waitMax) {
        return new Targets(branches, new TargetSettings(3, 1, 1, waitMax, 3, 4, 50, Duration.ofSeconds(10), 1), clock);
    }

    private static CompletableFuture<BranchOutcome> inBackground(Targets targets, String url, boolean urgent) {
        return inBackground(() -> targets.call(call(url), urgent));
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> result.complete(work.get()));
        return result;
    }

    private void awaitCalls(int count) {
        await().until(() -> branches.calls().size() == count);
    }

    private static BranchCall call(String url) {
        Step step = new Step(url, "", Bytes.EMPTY);
        return new BranchCall(Sagas.of(List.of(step), SagaOptions.DEFAULT), 0, Op.ACTION, Optional.empty());
    }
}
