package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Effect.Durability;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When a saga is set aside, what is left of it then, and how it comes back. And the engine's other setting,
/// `strict`.
class ParkingTest {

    private static final Engine THREE_ERRORS = new Engine(Play.BACKOFF, new ParkPolicy(3, 0), false);

    @Test
    void errorsInARowParkTheSagaDurably() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(2)).succeed();
        play.error(action(2)).wake().error(action(2)).wake();
        assertThat(play.parked()).isFalse();

        play.error(action(2));
        assertThat(play.effects())
                .containsExactly(
                        new Effect.Persist(Durability.AWAITED),
                        new Effect.AnswerSubmitter(new SubmitAnswer.Unfinished(Optional.empty())),
                        new Effect.Park());
        assertThat(play.status()).isEqualTo(SagaStatus.SUBMITTED);
        assertThat(play.saga().retrying().due()).isEmpty();
        assertThat(play.saga().parked())
                .contains("branch 02 action: 3 attempts in a row without an outcome, 3 of them errors; "
                        + "the last: INTERNAL: oops");
    }

    @Test
    void aParticipantThatIsAwayIsWaitedFor() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(1));
        for (int attempt = 0; attempt < 500; attempt++) {
            assertThat(play.fail().parked()).isFalse();
            play.wake();
        }
    }

    @Test
    void unlessItIsAwayForTooLong() {
        Engine engine = new Engine(Play.BACKOFF, new ParkPolicy(0, 2), false);

        assertThat(Play.submit(engine, Sagas.ofSteps(1)).fail().wake().fail().parked())
                .isTrue();
    }

    @Test
    void beingAwayInBetweenDoesNotForgiveErrorsButAnAnswerDoes() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(2));
        play.error(action(1))
                .wake()
                .fail()
                .wake()
                .beOngoing()
                .wake()
                .error(action(1))
                .wake();
        play.succeed().error(action(2)).wake().error(action(2));
        assertThat(play.parked()).isFalse();

        play.wake().fail().wake().error(action(2));
        assertThat(play.parked()).isTrue();
    }

    @Test
    void aCompensationThatIsRefusedAgainAndAgainIsParkedWhileItStaysAborting() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(1)).refuse("sold out");
        play.refuse("cannot").wake().refuse("cannot").wake().refuse("cannot undo");

        assertThat(play.parked()).isTrue();
        assertThat(play.status()).isEqualTo(SagaStatus.ABORTING);
        assertThat(play.saga().parked().orElseThrow())
                .startsWith("branch 01 compensate: 3 attempts")
                .endsWith("refused: cannot undo");
    }

    @Test
    void aSagaThatIsReleasedGoesOnFromWhereItStandsWithAllItsTries() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(2)).succeed();
        play.error(action(2)).wake().error(action(2)).wake().error(action(2));

        play.on(new Event.TimerFired());
        assertThat(play.saga().parked()).isEmpty();
        assertThat(play.saga().retrying()).isEqualTo(Retrying.NONE);
        assertThat(play.inFlight()).containsExactly(action(2));
        assertThat(play.error(action(2)).parked()).isFalse();
        assertThat(play.wake().succeed().status()).isEqualTo(SagaStatus.SUCCEEDED);
    }

    @Test
    void actionsWithADeadlineAreAskedUntilThen() {
        Play play = Play.submit(THREE_ERRORS, Sagas.ofSteps(1, Sagas.timeoutToFail(Duration.ofMinutes(5))));
        while (play.status() == SagaStatus.SUBMITTED) {
            assertThat(play.error(action(1)).parked()).isFalse();
            play.wake();
        }

        play.error(compensation(1)).wake().error(compensation(1)).wake().error(compensation(1));
        assertThat(play.parked()).as("a roll-back has no deadline").isTrue();
    }

    @Test
    void nothingIsParkedWhileACallIsUnderWay() {
        Engine engine = new Engine(Play.BACKOFF, new ParkPolicy(1, 0), false);
        Play play = Play.submit(engine, Sagas.ofOrders(2, Map.of())).error(action(1));
        assertThat(play.effects()).isEmpty();

        assertThat(play.beOngoing(action(2)).parked()).isTrue();
        assertThat(play.saga().parked().orElseThrow()).startsWith("branch 01 action: 1 attempts");
    }

    @Test
    void reasonsAreCut() {
        Engine engine = new Engine(Play.BACKOFF, new ParkPolicy(1, 0), false);
        Play play = Play.submit(engine, Sagas.ofSteps(1))
                .answer(new BranchOutcome.Unknown("x".repeat(5_000), BranchOutcome.Trouble.ERROR));

        assertThat(play.saga().parked().orElseThrow())
                .hasSize(Saga.PARKED_LENGTH_MAX)
                .endsWith("characters]");
    }

    @Test
    void theDriverCanParkASagaThatMeetsABugEvenInTheMiddleOfCalls() {
        Play play = Play.submit(Sagas.ofOrders(3, Map.of(2, Set.of(1)))).succeed(action(1));
        Transition parked = THREE_ERRORS.parkFor(play.saga(), "stepping it threw");

        assertThat(parked.saga().parked()).contains("stepping it threw");
        assertThat(parked.saga().progress().inFlight()).isZero();
        assertThat(parked.saga().progress().steps().getFirst().action().hasSucceeded())
                .isTrue();
        assertThat(parked.saga().progress().steps())
                .as("nobody can tell any more what was called")
                .allMatch(StepProgress::reached);
        assertThat(parked.effects()).contains(new Effect.Persist(Durability.AWAITED), new Effect.Park());
        Saga ended = play.succeed(action(2)).succeed(action(3)).saga();
        assertThatThrownBy(() -> THREE_ERRORS.parkFor(ended, "no")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void strictAwaitsEveryWrite() {
        Engine strict = new Engine(Play.BACKOFF, ParkPolicy.DEFAULT, true);
        Play play = Play.submit(strict, Sagas.ofSteps(2));

        assertThat(play.persisted()).contains(Durability.AWAITED);
        assertThat(play.succeed().persisted()).contains(Durability.AWAITED);
        assertThat(play.fail().persisted()).contains(Durability.AWAITED);
        assertThat(play.wake().succeed().persisted()).contains(Durability.AWAITED);
    }
}
