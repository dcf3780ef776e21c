package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Effect.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The saga mode, rule by rule. The row patterns are DTM's: `p` prepared, `s` succeeded, `f` failed,
/// compensation before action, step by step.
class SagaModeTest {

    @Test
    void actionsRunOneAfterTheOtherInOrder() {
        Play play = Play.submit(Sagas.ofSteps(3)).succeed().succeed();

        assertThat(play.status()).isEqualTo(SagaStatus.SUBMITTED);
        assertThat(play.calls()).containsExactly(action(1), action(2), action(3));
        assertThat(play.rows()).isEqualTo("pspspp");
    }

    @Test
    void theSagaSucceedsWithItsLastAction() {
        Play play = Play.submit(Sagas.ofSteps(2)).succeed().succeed();

        assertThat(play.status()).isEqualTo(SagaStatus.SUCCEEDED);
        assertThat(play.rows()).isEqualTo("psps");
        assertThat(play.answers()).containsExactly(new SubmitAnswer.Succeeded());
        assertThat(play.finished()).isTrue();
    }

    @Test
    void aSagaIsDurableBeforeItIsAcceptedAndBeforeItsFirstCall() {
        Play play = Play.submit(Sagas.ofSteps(1));

        assertThat(play.effects()).hasSize(3);
        assertThat(play.effects().get(0)).isEqualTo(new Effect.Persist(Durability.AWAITED));
        assertThat(play.effects().get(1)).isEqualTo(new Effect.AnswerSubmitter(new SubmitAnswer.Accepted()));
        assertThat(play.effects().get(2)).isInstanceOf(Effect.CallBranch.class);
    }

    @Test
    void aRefusalCompensatesInReverseFromTheStepThatRefused() {
        Play play = Play.submit(Sagas.ofSteps(4)).succeed().succeed().refuse("sold out");
        play.succeed().succeed().succeed();

        assertThat(play.calls())
                .containsExactly(action(1), action(2), action(3), compensation(3), compensation(2), compensation(1));
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
        assertThat(play.rows()).isEqualTo("ssss" + "sf" + "pp");
    }

    @Test
    void theDecisionToRollBackIsDurableBeforeTheFirstCompensation() {
        Play play = Play.submit(Sagas.ofSteps(2)).succeed().refuse("sold out");

        assertThat(play.effects().getFirst()).isEqualTo(new Effect.Persist(Durability.AWAITED));
        assertThat(play.outstanding().orElseThrow().url()).isEqualTo(compensation(2));
    }

    /// Its submitter was told, and a coordinator that found the saga unfinished might roll it back.
    @Test
    void aSuccessThatARepetitionMightMissIsDurableBeforeItIsTold() {
        for (SagaOptions options : List.of(Sagas.timeoutToFail(Duration.ofSeconds(30)), Sagas.retryLimit(3))) {
            Play play = Play.submit(Sagas.ofSteps(1, options)).succeed();

            assertThat(play.effects().getFirst()).isEqualTo(new Effect.Persist(Durability.AWAITED));
            assertThat(play.status()).isEqualTo(SagaStatus.SUCCEEDED);
        }
    }

    @Test
    void noOtherWriteIsAwaited() {
        Play play = Play.submit(Sagas.ofSteps(2));

        assertThat(play.succeed().persisted()).contains(Durability.LAZY);
        assertThat(play.fail().persisted()).contains(Durability.LAZY);
        assertThat(play.wake().persisted()).isEmpty();
        assertThat(play.refuse("no").persisted()).contains(Durability.AWAITED);
        assertThat(play.succeed().persisted()).contains(Durability.LAZY);
        assertThat(play.beOngoing().persisted()).contains(Durability.LAZY);
        assertThat(play.wake().succeed().persisted()).contains(Durability.LAZY);
    }

    @Test
    void theReasonIsDtmsSentenceWithTheParticipantsText() {
        Play play = Play.submit(Sagas.ofSteps(1)).refuse("Insufficient balance");

        assertThat(play.reason()).isEqualTo("url:" + action(1) + " return failed: Insufficient balance FAILURE");
    }

    @Test
    void everyCompensationLearnsWhyItIsCalled() {
        Play play = Play.submit(Sagas.ofSteps(2)).succeed();
        assertThat(play.outstanding().orElseThrow().rejection()).isEmpty();

        play.refuse("sold out");
        assertThat(play.outstanding().orElseThrow().rejection().orElseThrow().status())
                .isEqualTo(Bytes.of("details of sold out"));
        play.succeed();
        assertThat(play.outstanding().orElseThrow().rejection()).isPresent();
        assertThat(play.succeed().answers())
                .containsExactly(
                        new SubmitAnswer.RolledBack(play.saga().rejection().orElseThrow()));
    }

    @Test
    void anUnknownOutcomeIsAskedAgainAfterAWait() {
        Play play = Play.submit(Sagas.ofSteps(2)).fail();

        assertThat(play.outstanding()).isEmpty();
        assertThat(play.wakeAt()).isPresent();
        assertThat(play.saga().retrying().due()).isEqualTo(play.wakeAt());
        assertThat(play.wake().outstanding().orElseThrow().url()).isEqualTo(action(1));
        assertThat(play.succeed().saga().retrying()).isEqualTo(Retrying.NONE);
    }

    @Test
    void aSubmitterHearsAtTheFirstWaitThatItTakesLonger() {
        Play play = Play.submit(Sagas.ofSteps(2));
        assertThat(play.fail().answers()).containsExactly(new SubmitAnswer.Unfinished(Optional.empty()));

        play.wake().refuse("no").fail();
        assertThat(play.answers())
                .containsExactly(new SubmitAnswer.Unfinished(play.saga().rejection()));
    }

    @Test
    void unknownOutcomesBackOffToTheCapAndAnAnswerResetsThem() {
        Play play = Play.submit(Sagas.ofSteps(2));

        assertThat(play.fail().pause()).isBetween(Duration.ofMillis(1_600), Duration.ofMillis(2_000));
        Duration last = play.pause();
        boolean reachedTheCap = false;
        for (int attempt = 1; attempt < 103; attempt++) {
            Duration longest = last.multipliedBy(3).plusMillis(1);
            last = play.wake().fail().pause();
            assertThat(last)
                    .isBetween(Duration.ofMillis(1_600), Duration.ofSeconds(10))
                    .isLessThanOrEqualTo(longest);
            reachedTheCap |= last.compareTo(Duration.ofSeconds(9)) > 0;
        }
        assertThat(reachedTheCap).isTrue();
        assertThat(play.saga().retrying().attempts()).isEqualTo(103);
        assertThat(play.wake().succeed().fail().pause()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void ongoingIsPolledAtASteadyPace() {
        Play play = Play.submit(Sagas.ofSteps(1));
        for (int poll = 0; poll < 5; poll++) {
            assertThat(play.beOngoing().pause()).isEqualTo(Duration.ofSeconds(1));
            play.wake();
        }
        play.fail().wake().beOngoing();
        assertThat(play.pause()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aSagasOwnRetryIntervalReplacesTheBaseEvenAboveTheCap() {
        Play play = Play.submit(Sagas.ofSteps(1, Sagas.retryInterval(Duration.ofSeconds(150))));

        assertThat(play.beOngoing().pause()).isEqualTo(Duration.ofSeconds(150));
        assertThat(play.wake().fail().pause()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        assertThat(play.wake().fail().pause()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }

    @Test
    void sagasThatFailTogetherComeBackApart() {
        List<Duration> pauses = IntStream.range(0, 100)
                .mapToObj(number -> Play.submit(Sagas.named("gid-" + number, Sagas.ofSteps(1)))
                        .fail()
                        .pause())
                .distinct()
                .toList();

        assertThat(pauses).hasSizeGreaterThan(70);
    }

    @Test
    void aCompensationIsRepeatedUntilItSucceeds() {
        Engine patient = new Engine(Play.BACKOFF, ParkPolicy.NEVER, false);
        Play play = Play.submit(patient, Sagas.ofSteps(1)).refuse("no");
        for (int round = 0; round < 20; round++) {
            play.fail().wake().beOngoing().wake().refuse("cannot undo").wake();
            assertThat(play.status()).isEqualTo(SagaStatus.ABORTING);
        }

        assertThat(play.reason()).contains("no").doesNotContain("cannot undo");
        assertThat(play.succeed().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aStepWithoutUrlSucceedsWithoutACall() {
        Step noAction = new Step("", compensation(1), Bytes.EMPTY);
        Step noCompensation = new Step(action(2), "", Bytes.EMPTY);
        Play play = Play.submit(Sagas.of(List.of(noAction, noCompensation, Sagas.step(3)), SagaOptions.DEFAULT));

        play.succeed().refuse("no").succeed().succeed();
        assertThat(play.calls()).containsExactly(action(2), action(3), compensation(3), compensation(1));
        assertThat(play.rows()).isEqualTo("ssss" + "sf");
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aSagaWithoutStepsSucceedsAtOnce() {
        Play play = Play.submit(Sagas.ofSteps(0));

        assertThat(play.status()).isEqualTo(SagaStatus.SUCCEEDED);
        assertThat(play.answers()).containsExactly(new SubmitAnswer.Accepted(), new SubmitAnswer.Succeeded());
    }

    @Test
    void timeoutToFailRollsBackWithDtmsWords() {
        Play play = Play.submit(Sagas.ofSteps(2, Sagas.timeoutToFail(Duration.ofSeconds(30))))
                .fail()
                .after(Duration.ofSeconds(30))
                .on(new Event.TimerFired());

        assertThat(play.persisted()).contains(Durability.AWAITED);
        assertThat(play.reason()).isEqualTo("Timeout after 30 seconds");
        assertThat(play.succeed().status()).isEqualTo(SagaStatus.FAILED);
        assertThat(play.rows()).isEqualTo("sppp");
    }

    @Test
    void aWaitEndsWhenTimeIsUp() {
        Play play = Play.submit(Sagas.ofSteps(1, Sagas.timeoutToFail(Duration.ofSeconds(1))));

        assertThat(play.fail().pause()).isEqualTo(Duration.ofSeconds(1));
        assertThat(play.wake().status()).isEqualTo(SagaStatus.ABORTING);
    }

    @Test
    void timeIsCheckedBetweenStepsButASagaThatIsThroughSucceeds() {
        SagaOptions options = Sagas.timeoutToFail(Duration.ofSeconds(5));
        Play between = Play.submit(Sagas.ofSteps(2, options))
                .after(Duration.ofSeconds(6))
                .succeed();
        assertThat(between.outstanding().orElseThrow().url()).isEqualTo(compensation(1));

        Play through = Play.submit(Sagas.ofSteps(1, options))
                .after(Duration.ofSeconds(6))
                .succeed();
        assertThat(through.status()).isEqualTo(SagaStatus.SUCCEEDED);
    }

    @Test
    void retryLimitAsksAgainAtOnceAndThenRollsBack() {
        Play enough = Play.submit(Sagas.ofSteps(1, Sagas.retryLimit(3)))
                .fail()
                .beOngoing()
                .fail();
        assertThat(enough.calls()).hasSize(4);
        assertThat(enough.succeed().status()).isEqualTo(SagaStatus.SUCCEEDED);

        Play tooFew = Play.submit(Sagas.ofSteps(2, Sagas.retryLimit(1)))
                .succeed()
                .fail()
                .fail();
        assertThat(tooFew.reason()).isEqualTo("RetryCount is greater than RetryLimit, RetryLimit: 1");
        assertThat(tooFew.succeed().succeed().status()).isEqualTo(SagaStatus.FAILED);
        assertThat(tooFew.rows()).isEqualTo("sssp");
    }

    @Test
    void afterALostOwnerATimeoutCompensatesEveryStepThatMayHaveRun() {
        Play play = Play.submit(Sagas.ofSteps(3, Sagas.timeoutToFail(Duration.ofSeconds(5))))
                .after(Duration.ofSeconds(6))
                .resume();

        play.succeed().succeed().succeed();
        assertThat(play.calls()).containsExactly(action(1), compensation(3), compensation(2), compensation(1));
        assertThat(play.status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void afterALostOwnerARefusalStillProvesThatLaterStepsNeverRan() {
        Play play = Play.submit(Sagas.ofSteps(3))
                .succeed()
                .resume()
                .refuse("no")
                .succeed()
                .succeed();

        assertThat(play.calls()).containsExactly(action(1), action(2), action(2), compensation(2), compensation(1));
        assertThat(play.rows()).isEqualTo("sssfpp");
    }

    @Test
    void anAnswerThatNobodyAwaitsIsABugAndChangesNothing() {
        Play play = Play.submit(Sagas.ofSteps(2));
        Event wrongStep = new Event.BranchAnswered(1, Op.ACTION, new BranchOutcome.Succeeded());
        Event wrongOp = new Event.BranchAnswered(0, Op.COMPENSATION, new BranchOutcome.Succeeded());

        assertThatThrownBy(() -> play.on(wrongStep)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> play.on(wrongOp)).isInstanceOf(IllegalStateException.class);
        play.succeed().succeed();
        assertThatThrownBy(() -> play.on(new Event.TimerFired())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(play::resume).isInstanceOf(IllegalStateException.class);
    }

    /// The participant was never asked, so none of its submitter's retries is spent.
    @Test
    void aCallThatNobodyMadeSpendsNoRetry() {
        BranchOutcome notCalled = new BranchOutcome.Unknown("left alone", BranchOutcome.Trouble.NOT_CALLED);
        Play play = Play.submit(Sagas.ofSteps(1, Sagas.retryLimit(1)));

        for (int round = 0; round < 3; round++) {
            assertThat(play.answer(notCalled).outstanding()).isEmpty();
            assertThat(play.wake().status()).isEqualTo(SagaStatus.SUBMITTED);
        }
        assertThat(play.succeed().status()).isEqualTo(SagaStatus.SUCCEEDED);
    }
}
