package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Effect.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sagas with `"concurrent":true`, with and without `orders`. Steps are named from 1, orders count from 0. The
/// rows are DTM's: compensation before action, step by step.
class ConcurrentSagaTest {

    private static final Map<Integer, Set<Integer>> PAY_LAST = Map.of(3, Set.of(0, 1, 2));
    private static final Map<Integer, Set<Integer>> SECOND_AFTER_FIRST = Map.of(1, Set.of(0));
    /// 1, then 2 and 3 side by side, then 4.
    private static final Map<Integer, Set<Integer>> DIAMOND = Map.of(1, Set.of(0), 2, Set.of(0), 3, Set.of(1, 2));

    @Test
    void allActionsStartAtOnceAndTheLastOneEndsTheSaga() {
        Play play = Play.submit(Sagas.ofOrders(3, Map.of()));
        assertThat(play.inFlight()).containsExactly(action(1), action(2), action(3));
        assertThat(play.saga().progress().inFlight()).isEqualTo(3);

        play.succeed(action(3)).succeed(action(1));
        assertThat(play.finished()).isFalse();
        assertThat(play.succeed(action(2)).status()).isEqualTo(SagaStatus.SUCCEEDED);
        assertThat(play.finished()).isTrue();
        assertThat(play.rows()).isEqualTo("pspsps");
    }

    @Test
    void anActionStartsWhenAllItWaitsForHaveSucceeded() {
        Play play = Play.submit(Sagas.ofOrders(4, PAY_LAST));
        assertThat(play.inFlight()).containsExactlyInAnyOrder(action(1), action(2), action(3));

        play.succeed(action(2)).succeed(action(3));
        assertThat(play.inFlight()).containsExactly(action(1));
        assertThat(play.succeed(action(1)).inFlight()).containsExactly(action(4));
        assertThat(play.succeed(action(4)).status()).isEqualTo(SagaStatus.SUCCEEDED);
    }

    @Test
    void ordersMayPointForward() {
        Play play = Play.submit(Sagas.ofOrders(2, Map.of(0, Set.of(1))));

        assertThat(play.inFlight()).containsExactly(action(2));
        assertThat(play.succeed(action(2)).inFlight()).containsExactly(action(1));
    }

    @Test
    void rollingBackGoesTheSameWaysBackwards() {
        Play play = Play.submit(Sagas.ofOrders(4, DIAMOND));
        play.succeed(action(1)).succeed(action(2)).succeed(action(3)).refuse(action(4), "no money");

        assertThat(play.inFlight()).containsExactly(compensation(4));
        play.succeed(compensation(4));
        assertThat(play.inFlight()).containsExactlyInAnyOrder(compensation(2), compensation(3));
        play.succeed(compensation(3));
        assertThat(play.inFlight()).containsExactly(compensation(2));
        play.succeed(compensation(2));
        assertThat(play.inFlight()).containsExactly(compensation(1));
        assertThat(play.succeed(compensation(1)).status()).isEqualTo(SagaStatus.FAILED);
        assertThat(play.rows()).isEqualTo("ssss" + "sssf");
    }

    @Test
    void aRefusalIsDurableAtOnceButCompensatesOnlyWhatHasComeBack() {
        Play play = Play.submit(Sagas.ofOrders(3, Map.of())).succeed(action(3)).refuse(action(1), "sold out");

        assertThat(play.persisted()).contains(Durability.AWAITED);
        assertThat(play.inFlight()).containsExactlyInAnyOrder(action(2), compensation(1), compensation(3));
        play.succeed(compensation(1)).succeed(compensation(3));
        assertThat(play.finished()).isFalse();
        assertThat(play.succeed(action(2)).inFlight()).containsExactly(compensation(2));
        play.succeed(compensation(2));
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
        assertThat(play.rows()).isEqualTo("sf" + "ss" + "ss");
        assertThat(play.reason()).isEqualTo("url:" + action(1) + " return failed: sold out FAILURE");
    }

    @Test
    void theFirstRefusalIsTheReasonAndALateOneOnlyARow() {
        Play play = Play.submit(Sagas.ofOrders(2, Map.of()))
                .refuse(action(2), "first")
                .refuse(action(1), "late");

        assertThat(play.reason()).contains("first").doesNotContain("late");
        play.succeed(compensation(1)).succeed(compensation(2));
        assertThat(play.rows()).isEqualTo("sfsf");
    }

    @ParameterizedTest
    @CsvSource({"1, sfpp", "2, sssf"})
    void withAnOrderTheFollowerOfARefusalIsNeverCalled(int refusing, String rows) {
        Play play = Play.submit(Sagas.ofOrders(2, SECOND_AFTER_FIRST));
        for (int step = 1; step < refusing; step++) {
            play.succeed(action(step));
        }
        play.refuse(action(refusing), "no");
        for (int step = refusing; step >= 1; step--) {
            play.succeed(compensation(step));
        }

        assertThat(play.rows()).isEqualTo(rows);
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aBranchThatIsOngoingHoldsUpNobodyElse() {
        Play play = Play.submit(Sagas.ofOrders(2, Map.of())).beOngoing(action(1));
        assertThat(play.effects()).as("the other one is still under way").isEmpty();

        play.succeed(action(2));
        assertThat(play.rows()).isEqualTo("ppps");
        assertThat(play.pause()).isEqualTo(Duration.ofSeconds(1));
        assertThat(play.wake().inFlight()).containsExactly(action(1));
        assertThat(play.succeed(action(1)).status()).isEqualTo(SagaStatus.SUCCEEDED);
    }

    @Test
    void otherBranchesGoOnWhileOneHasNoOutcomeAndThenTheSagaWaits() {
        Play play = Play.submit(Sagas.ofOrders(4, DIAMOND)).succeed(action(1)).fail(action(2));
        assertThat(play.wakeAt()).isEmpty();

        play.succeed(action(3));
        assertThat(play.wakeAt()).isPresent();
        assertThat(play.saga().progress()).isEqualTo(play.saga().progress().atRest());
        assertThat(play.wake().inFlight()).containsExactly(action(2));
        assertThat(play.succeed(action(2)).inFlight()).containsExactly(action(4));
    }

    @Test
    void aRoundWithoutAnyAnswerCountsOnceHoweverManyBranchesItHad() {
        Play play = Play.submit(Sagas.ofOrders(3, Map.of()));
        for (int round = 1; round <= 3; round++) {
            play.fail(action(2)).error(action(1)).fail(action(3));
            assertThat(play.saga().retrying().attempts()).isEqualTo(round);
            assertThat(play.saga().retrying().errors()).isEqualTo(round);
            play.wake();
        }

        play.fail(action(2)).succeed(action(1)).fail(action(3));
        assertThat(play.saga().retrying().attempts()).as("a row begins anew").isEqualTo(1);
        assertThat(play.saga().retrying().errors()).isZero();
    }

    @Test
    void compensationsSideBySideAreRepeatedUntilAllSucceed() {
        Play play = Play.submit(Sagas.ofOrders(3, Map.of()));
        play.succeed(action(1)).succeed(action(2)).refuse(action(3), "no");
        assertThat(play.inFlight()).hasSize(3);

        play.fail(compensation(1)).succeed(compensation(2)).beOngoing(compensation(3));
        assertThat(play.wake().inFlight()).containsExactly(compensation(3), compensation(1));
        play.refuse(compensation(1), "cannot").succeed(compensation(3)).wake().succeed(compensation(1));
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
        assertThat(play.rows()).isEqualTo("ssss" + "sf");
    }

    @Test
    void timeIsUpForActionsThatAreUnderWayToo() {
        SagaOptions options = Sagas.concurrent(Sagas.timeoutToFail(Duration.ofSeconds(5)));
        Play play = Play.submit(Sagas.ofSteps(2, options))
                .after(Duration.ofSeconds(6))
                .succeed(action(1));

        assertThat(play.persisted()).contains(Durability.AWAITED);
        assertThat(play.reason()).isEqualTo("Timeout after 5 seconds");
        assertThat(play.inFlight()).containsExactlyInAnyOrder(action(2), compensation(1));
        play.fail(action(2)).succeed(compensation(1)).succeed(compensation(2));
        assertThat(play.rows()).isEqualTo("sssp");
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void retriesAtOnceAreSharedByAllBranches() {
        SagaOptions options = Sagas.concurrent(Sagas.retryLimit(2));
        Play play = Play.submit(Sagas.ofSteps(2, options)).fail(action(1)).fail(action(2));
        assertThat(play.inFlight()).containsExactly(action(1), action(2));

        play.fail(action(2));
        assertThat(play.reason()).isEqualTo("RetryCount is greater than RetryLimit, RetryLimit: 2");
        assertThat(play.inFlight()).containsExactlyInAnyOrder(action(1), compensation(2));
    }

    @Test
    void stepsWithoutUrlAreNoObstacle() {
        Step nothing = new Step("", "", Bytes.EMPTY);
        Map<Integer, Set<Integer>> orders = Map.of(0, Set.of(1), 2, Set.of(0));
        Play play = Play.submit(Sagas.of(
                List.of(nothing, Sagas.step(2), Sagas.step(3)), Sagas.concurrent(SagaOptions.DEFAULT, orders)));

        assertThat(play.succeed(action(2)).inFlight()).containsExactly(action(3));
        play.refuse(action(3), "no").succeed(compensation(3));
        assertThat(play.inFlight()).containsExactly(compensation(2));
        play.succeed(compensation(2));
        assertThat(play.rows()).isEqualTo("ss" + "ss" + "sf");
    }

    @Test
    void afterALostOwnerARefusalProvesOnlyThatWhatIsBehindItNeverRan() {
        Play play = Play.submit(Sagas.ofOrders(3, SECOND_AFTER_FIRST)).resume();
        assertThat(play.inFlight()).containsExactly(action(1), action(3));

        play.refuse(action(1), "no").fail(action(3));
        assertThat(play.inFlight()).containsExactly(compensation(1), compensation(3));
        play.succeed(compensation(1)).succeed(compensation(3));
        assertThat(play.rows()).isEqualTo("sf" + "pp" + "sp");
    }

    @Test
    void aTakenOverSagaIsWrittenWithEverythingThatMayHaveBeenCalled() {
        Play play = Play.submit(Sagas.ofSteps(3)).resume();

        assertThat(play.persisted()).contains(Durability.LAZY);
        assertThat(play.saga().progress().steps()).allMatch(StepProgress::reached);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "2, 5, 2", "-1, 0, -1", "1, -1, 1"})
    void ordersMustNameStepsThatExist(int step, int before, int entry) {
        assertThatThrownBy(() -> Sagas.ofOrders(step == before ? 0 : 3, Map.of(step, Set.of(before))))
                .isInstanceOfSatisfying(
                        InvalidSagaException.class,
                        invalid -> assertThat(invalid.field()).isEqualTo("custom_data.orders[" + entry + "]"));
    }

    @Test
    void ordersMustNotGoRoundInCircles() {
        assertThatThrownBy(() -> Sagas.ofOrders(4, Map.of(0, Set.of(1), 1, Set.of(2), 2, Set.of(1, 3))))
                .isInstanceOfSatisfying(InvalidSagaException.class, invalid -> {
                    assertThat(invalid.field()).isEqualTo("custom_data.orders[1]");
                    assertThat(invalid.description()).contains("wait for itself");
                });
        assertThatThrownBy(() -> Sagas.ofOrders(2, Map.of(1, Set.of(1)))).isInstanceOf(InvalidSagaException.class);
    }

    @Test
    void withoutConcurrencyOrdersAreNotMoreThanTheSequence() {
        SagaOptions backward = withOrders(SECOND_AFTER_FIRST);
        Play play = Play.submit(Sagas.ofSteps(3, backward));
        assertThat(play.inFlight()).containsExactly(action(1));
        assertThat(Sagas.ofSteps(3, backward).digest())
                .isEqualTo(Sagas.ofSteps(3).digest());

        SagaOptions forward = withOrders(Map.of(0, Set.of(1)));
        assertThatThrownBy(() -> Sagas.ofSteps(3, forward)).isInstanceOf(InvalidSagaException.class);
    }

    @Test
    void concurrencyAndOrdersArePartOfWhatWasAskedFor() {
        assertThat(List.of(
                        Sagas.ofSteps(3).digest(),
                        Sagas.ofOrders(3, Map.of()).digest(),
                        Sagas.ofOrders(3, SECOND_AFTER_FIRST).digest(),
                        Sagas.ofOrders(3, Map.of(2, Set.of(0))).digest()))
                .doesNotHaveDuplicates();
    }

    private static SagaOptions withOrders(Map<Integer, Set<Integer>> orders) {
        SagaOptions concurrent = Sagas.concurrent(SagaOptions.DEFAULT, orders);
        return new SagaOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, false, concurrent.orders());
    }
}
