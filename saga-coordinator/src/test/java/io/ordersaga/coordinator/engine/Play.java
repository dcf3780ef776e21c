package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.CallBranch;
import io.ordersaga.coordinator.engine.Effect.Finish;
import io.ordersaga.coordinator.engine.Effect.Persist;
import io.ordersaga.coordinator.engine.Effect.WakeAt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// One saga, played event by event by a test that sees the effects and says how the branches answer.
final class Play {

    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 7);

    private final Engine engine;
    private Saga saga;
    private Instant now = Sagas.NOON;
    private List<Effect> effects = List.of();
    private final List<String> calls = new ArrayList<>();

    private final Map<String, BranchCall> outstanding = new LinkedHashMap<>();

    private Play(Engine engine, SagaDefinition definition) {
        this.engine = engine;
        this.saga = Saga.fresh(definition, now);
    }

    static Play submit(SagaDefinition definition) {
        return submit(new Engine(BACKOFF), definition);
    }

    static Play submit(Engine engine, SagaDefinition definition) {
        return new Play(engine, definition).on(new Event.Submitted());
    }

    Play succeed() {
        return answer(new BranchOutcome.Succeeded());
    }

    Play refuse(String reason) {
        return answer(new BranchOutcome.Refused(new Rejection(reason, Bytes.of("details of " + reason))));
    }

    Play beOngoing() {
        return answer(new BranchOutcome.Ongoing());
    }

    Play fail() {
        return answer(new BranchOutcome.Unknown("connection reset", BranchOutcome.Trouble.NO_ANSWER));
    }

    Play answer(BranchOutcome outcome) {
        return answer(outstanding().orElseThrow().url(), outcome);
    }

    /// The call of this URL comes back, whatever else is outstanding.
    Play answer(String url, BranchOutcome outcome) {
        assertThat(outstanding).as("the outstanding calls").containsKey(url);
        BranchCall call = Objects.requireNonNull(outstanding.remove(url));
        return on(new Event.BranchAnswered(call.step(), call.op(), outcome));
    }

    Play succeed(String url) {
        return answer(url, new BranchOutcome.Succeeded());
    }

    Play refuse(String url, String reason) {
        return answer(url, new BranchOutcome.Refused(new Rejection(reason, Bytes.EMPTY)));
    }

    Play fail(String url) {
        return answer(url, new BranchOutcome.Unknown("connection reset", BranchOutcome.Trouble.NO_ANSWER));
    }

    Play error(String url) {
        return answer(url, new BranchOutcome.Unknown("INTERNAL: oops", BranchOutcome.Trouble.ERROR));
    }

    Play beOngoing(String url) {
        return answer(url, new BranchOutcome.Ongoing());
    }

    /// Time goes on to the moment the saga waits for.
    Play wake() {
        now = wakeAt().orElseThrow();
        return on(new Event.TimerFired());
    }

    Play after(Duration pause) {
        now = now.plus(pause);
        return this;
    }

    Play resume() {
        return on(new Event.Resumed());
    }

    Play on(Event event) {
        Transition transition = engine.step(saga, event, now);
        saga = transition.saga();
        effects = transition.effects();
        if (!(event instanceof Event.BranchAnswered)) {
            outstanding.clear();
        }
        for (Effect effect : effects) {
            if (effect instanceof CallBranch(BranchCall call)) {
                calls.add(call.url());
                assertThat(outstanding.put(call.url(), call))
                        .as("called twice at once: %s", call.url())
                        .isNull();
            }
        }
        return this;
    }

    Optional<BranchCall> outstanding() {
        assertThat(outstanding).hasSizeLessThanOrEqualTo(1);
        return outstanding.values().stream().findFirst();
    }

    /// The URLs of all calls that have not come back.
    Set<String> inFlight() {
        return outstanding.keySet();
    }

    Optional<Instant> wakeAt() {
        return only(WakeAt.class).map(WakeAt::instant);
    }

    Duration pause() {
        return Duration.between(now, wakeAt().orElseThrow());
    }

    Optional<Effect.Durability> persisted() {
        return only(Persist.class).map(Persist::durability);
    }

    boolean parked() {
        return only(Effect.Park.class).isPresent();
    }

    List<SubmitAnswer> answers() {
        return effects.stream()
                .filter(AnswerSubmitter.class::isInstance)
                .map(effect -> ((AnswerSubmitter) effect).answer())
                .toList();
    }

    boolean finished() {
        return only(Finish.class).isPresent();
    }

    Saga saga() {
        return saga;
    }

    SagaStatus status() {
        return saga.status();
    }

    String reason() {
        return saga.rejection().orElseThrow().reason();
    }

    /// The URLs in the order in which they were called.
    List<String> calls() {
        return calls;
    }

    /// The status of every branch in the order of DTM's rows: compensation 1, action 1, compensation 2, action
    /// 2, ...
    String rows() {
        StringBuilder rows = new StringBuilder();
        for (StepProgress step : saga.progress().steps()) {
            rows.append(step.compensation().status().wireName().charAt(0));
            rows.append(step.action().status().wireName().charAt(0));
        }
        return rows.toString();
    }

    List<Effect> effects() {
        return effects;
    }

    private <E extends Effect> Optional<E> only(Class<E> type) {
        List<E> found =
                effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSizeLessThanOrEqualTo(1);
        return found.stream().findFirst();
    }
}
