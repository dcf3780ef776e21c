package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.CallBranch;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Finish;
import io.ordersaga.coordinator.engine.Effect.Persist;
import io.ordersaga.coordinator.engine.Effect.WakeAt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When what is prepared is looked after by the coordinator itself, and what has to be durable first.
class PreparedModesTest {

    private static final Engine ENGINE = new Engine(Play.BACKOFF);

    private Saga saga = Saga.announced(Prepared.ofMode(new TccMode()), Sagas.NOON);
    private List<Effect> effects = List.of();

    private void on(Event event, Instant now) {
        Transition transition = ENGINE.step(saga, event, now);
        saga = transition.saga();
        effects = transition.effects();
    }

    private Optional<Instant> wakesAt() {
        return effects.stream()
                .filter(WakeAt.class::isInstance)
                .map(effect -> ((WakeAt) effect).instant())
                .findFirst();
    }

    private List<String> calls() {
        return effects.stream()
                .filter(CallBranch.class::isInstance)
                .map(effect -> ((CallBranch) effect).call())
                .map(call -> call.branchId() + ":" + call.opName())
                .toList();
    }

    private void prepare(SagaDefinition definition) {
        saga = Saga.announced(definition, Sagas.NOON);
        on(new Event.Prepared(), Sagas.NOON);
    }

    static Stream<SagaDefinition> prepared() {
        return Stream.of(
                Prepared.message(false, Duration.ZERO, "one:1/a.B/Take"),
                Prepared.ofMode(new TccMode()),
                Prepared.ofMode(new XaMode()));
    }

    @ParameterizedTest
    @MethodSource("prepared")
    void m5ItIsLookedAfterAfter35Seconds(SagaDefinition definition) {
        prepare(definition);
        assertThat(effects.getFirst()).isEqualTo(new Persist(Durability.AWAITED));
        assertThat(wakesAt()).contains(Sagas.NOON.plusSeconds(35));

        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(34));
        assertThat(saga.status()).isEqualTo(SagaStatus.PREPARED);
        assertThat(wakesAt()).contains(Sagas.NOON.plusSeconds(35));
    }

    @ParameterizedTest
    @MethodSource("prepared")
    void m5OrAfterItsOwnTimeout(SagaDefinition definition) {
        SagaDefinition patient = new SagaDefinition(
                definition.gid(),
                definition.mode(),
                definition.protocol(),
                definition.steps(),
                definition.branchHeaders(),
                Sagas.timeoutToFail(Duration.ofMinutes(2)));
        prepare(patient);

        assertThat(wakesAt()).contains(Sagas.NOON.plusSeconds(120));
    }

    @Test
    void anAbortOfATccIsDurableBeforeTheFirstCancel() {
        prepare(Prepared.ofMode(new TccMode()));
        on(new Event.BranchRegistered(Prepared.branch(0)), Sagas.NOON);
        on(new Event.BranchRegistered(Prepared.branch(1)), Sagas.NOON);
        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(35));

        assertThat(saga.status()).isEqualTo(SagaStatus.ABORTING);
        assertThat(effects.getFirst()).isEqualTo(new Persist(Durability.AWAITED));
        assertThat(calls()).containsExactly("02:cancel");
    }

    @Test
    void theEndOfACheckBackIsDurableBeforeTheFirstDelivery() {
        prepare(Prepared.message(false, Duration.ZERO, "one:1/a.B/Take"));
        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(35));
        assertThat(calls()).containsExactly("00:msg");
        on(new Event.BranchAnswered(0, Op.ACTION, new BranchOutcome.Succeeded()), Sagas.NOON.plusSeconds(36));

        assertThat(effects.getFirst()).isEqualTo(new Persist(Durability.AWAITED));
        assertThat(calls()).containsExactly("01:action");
    }

    @Test
    void m6ADelayCountsFromTheSubmitOfAMessageThatWasNotPrepared() {
        saga = Saga.fresh(Prepared.message(false, Duration.ofSeconds(10), "one:1/a.B/Take"), Sagas.NOON);
        on(new Event.Submitted(), Sagas.NOON);
        assertThat(wakesAt()).contains(Sagas.NOON.plusSeconds(10));
        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(8));
        assertThat(calls()).isEmpty();
        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(12));
        assertThat(calls()).containsExactly("01:action");
    }

    @Test
    void aWorkflowIsCalledBackAtItsInterval() {
        prepare(Prepared.workflow());
        assertThat(wakesAt()).contains(Sagas.NOON.plusSeconds(10));
        on(new Event.TimerFired(), Sagas.NOON.plusSeconds(10));
        assertThat(calls()).containsExactly("00:buy");
        on(new Event.BranchAnswered(0, Op.ACTION, new BranchOutcome.Succeeded()), Sagas.NOON.plusSeconds(11));
        assertThat(saga.status()).isEqualTo(SagaStatus.PREPARED);
        assertThat(wakesAt()).isPresent();
    }

    @Test
    void aForceStopEndsASagaWithNothingMoreCalled() {
        saga = Saga.fresh(Sagas.ofSteps(2), Sagas.NOON);
        on(new Event.Submitted(), Sagas.NOON);
        on(new Event.ForceStopped(), Sagas.NOON);

        assertThat(saga.status()).isEqualTo(SagaStatus.FAILED);
        assertThat(calls()).isEmpty();
        assertThat(effects).hasAtLeastOneElementOfType(AnswerSubmitter.class).endsWith(new Finish());
    }
}
