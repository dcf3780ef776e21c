package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Effect.Durability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random sagas against random participants, each run repeatable by its seed.
///
/// Participants keep a barrier, as the protocol asks of them: an op has its effect at most once, a compensation
/// without an action has none and blocks the action for ever. They refuse, lose requests, lose answers and ask
/// for patience; the coordinator crashes between any two effects, loses what was only written lazily, and its
/// last call may arrive much later. From fault 40 on, everything works.
class SagaPropertyTest {

    private static final int BLOCKS = 20;
    private static final int SEEDS_PER_BLOCK = 500;
    private static final int FAULTS_MAX = 40;
    private static final int EVENTS_MAX = 1_000;

    @ParameterizedTest(name = "seeds from {0}")
    @MethodSource("blocks")
    void everySagaEndsWithAllOfItsEffectsOrNone(long first) {
        for (long seed = first; seed < first + SEEDS_PER_BLOCK; seed++) {
            Run run = new Run(seed);
            try {
                run.toTheEnd();
                run.check();
            } catch (AssertionError | IllegalStateException failure) {
                throw new AssertionError("seed " + seed + ": " + run.trace, failure);
            }
        }
    }

    static LongStream blocks() {
        return LongStream.range(0, BLOCKS).map(block -> block * SEEDS_PER_BLOCK);
    }

    /// One step's participant.
    private static final class Participant {
        private boolean actionSeen;
        private boolean compensationSeen;
        private int effect;

        void act() {
            if (!actionSeen && !compensationSeen) {
                effect++;
            }
            actionSeen = true;
        }

        void compensate() {
            if (actionSeen && !compensationSeen) {
                effect--;
            }
            actionSeen = true;
            compensationSeen = true;
        }

        void on(Op op) {
            switch (op) {
                case ACTION -> act();
                case COMPENSATION -> compensate();
            }
        }

        boolean hasActed() {
            return actionSeen;
        }
    }

    private static final class Run {
        private final SplittableRandom random;
        private final Engine engine;
        private final List<Participant> participants = new ArrayList<>();
        private final List<BranchCall> lateCalls = new ArrayList<>();
        private final List<String> trace = new ArrayList<>();
        private Instant now = Sagas.NOON;
        private Saga saga;
        /// What a crash may leave behind: the last awaited write and everything after it.
        private List<Saga> stored = new ArrayList<>();

        private int faults;
        private boolean finished;
        private final Map<Op, Integer> lastStep = new EnumMap<>(Op.class);

        Run(long seed) {
            random = new SplittableRandom(seed);
            engine = new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), seed));
            SagaDefinition definition = randomDefinition();
            definition.steps().forEach(_ -> participants.add(new Participant()));
            saga = Saga.fresh(definition, now);
        }

        private SagaDefinition randomDefinition() {
            List<Step> steps = new ArrayList<>();
            for (int number = 1; number <= random.nextInt(0, 6); number++) {
                Step step = Sagas.step(number);
                boolean noCompensation = random.nextInt(8) == 0;
                steps.add(noCompensation ? new Step(step.action(), "", step.payload()) : step);
            }
            Duration timeout = random.nextInt(3) == 0 ? Duration.ofSeconds(random.nextInt(1, 60)) : Duration.ZERO;
            int retryLimit = random.nextInt(4) == 0 ? random.nextInt(1, 4) : 0;
            return Sagas.of(steps, new SagaOptions(Duration.ZERO, Duration.ZERO, timeout, retryLimit));
        }

        void toTheEnd() {
            Event event = new Event.Submitted();
            for (int count = 0; count < EVENTS_MAX && !finished; count++) {
                event = carryOut(event);
                now = now.plusMillis(random.nextInt(2_000));
            }
            lateCalls.forEach(call -> participants.get(call.step()).on(call.op()));
        }

        private Event carryOut(Event event) {
            Transition transition = engine.step(saga, event, now);
            trace.add(event + " -> " + transition.saga().status());
            Saga before = saga;
            saga = transition.saga();
            for (Effect effect : transition.effects()) {
                if (!stored.isEmpty() && fault(12)) {
                    return crash();
                }
                switch (effect) {
                    case Effect.Persist(Durability durability) -> {
                        if (durability == Durability.AWAITED) {
                            stored = new ArrayList<>();
                        }
                        stored.add(saga);
                    }
                    case Effect.CallBranch(BranchCall call) -> {
                        if (!stored.isEmpty() && fault(12)) {
                            lateCalls.add(call);
                            return crash();
                        }
                        return call(before, call);
                    }
                    case Effect.WakeAt(Instant instant) -> {
                        now = instant;
                        return new Event.TimerFired();
                    }
                    case Effect.AnswerSubmitter _, Effect.Park _ -> {}
                    case Effect.Finish _ -> finished = true;
                }
            }
            return event;
        }

        private Event crash() {
            saga = stored.get(random.nextInt(stored.size()));
            stored = new ArrayList<>(List.of(saga));
            lastStep.clear();
            trace.add("crash");
            if (saga.status().isTerminal()) {
                finished = true;
            }
            return new Event.Resumed();
        }

        private Event call(Saga before, BranchCall call) {
            requireOrder(before, call);
            BranchOutcome outcome = outcome(call);
            trace.add(call.op() + " " + call.branchId() + " " + outcome.word());
            return new Event.BranchAnswered(call.step(), call.op(), outcome);
        }

        private BranchOutcome outcome(BranchCall call) {
            if (!lateCalls.isEmpty() && random.nextBoolean()) {
                BranchCall late = lateCalls.removeFirst();
                participants.get(late.step()).on(late.op());
            }
            Participant participant = participants.get(call.step());
            if (fault(5)) {
                if (random.nextBoolean()) {
                    participant.on(call.op());
                }
                return new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER);
            }
            if (fault(10)) {
                return new BranchOutcome.Ongoing();
            }
            boolean mayRefuse = call.op() == Op.COMPENSATION || !participant.hasActed();
            if (mayRefuse && fault(6)) {
                return new BranchOutcome.Refused(Rejection.ofReason("no"));
            }
            participant.on(call.op());
            return new BranchOutcome.Succeeded();
        }

        private boolean fault(int oneIn) {
            if (faults < FAULTS_MAX && random.nextInt(oneIn) == 0) {
                faults++;
                return true;
            }
            return false;
        }

        /// Actions only forward, compensations only backward, no action once the roll-back has begun.
        private void requireOrder(Saga before, BranchCall call) {
            assertThat(finished).as("no call after the end").isFalse();
            if (call.op() == Op.ACTION) {
                assertThat(before.status()).isEqualTo(SagaStatus.SUBMITTED);
                assertThat(call.step()).isGreaterThanOrEqualTo(lastStep.getOrDefault(Op.ACTION, 0));
            } else {
                assertThat(stored)
                        .as("the decision is durable first")
                        .allMatch(state -> state.status() == SagaStatus.ABORTING);
                assertThat(call.step())
                        .isLessThanOrEqualTo(lastStep.getOrDefault(Op.COMPENSATION, participants.size()));
            }
            lastStep.put(call.op(), call.step());
        }

        void check() {
            assertThat(finished).as("ends: %s", trace).isTrue();
            int expected = saga.status() == SagaStatus.SUCCEEDED ? 1 : 0;
            for (int step = 0; step < participants.size(); step++) {
                if (expected == 1
                        || !saga.definition().steps().get(step).compensation().isEmpty()) {
                    assertThat(participants.get(step).effect)
                            .as("%s, effect of step %s: %s", saga.status(), step + 1, trace)
                            .isEqualTo(expected);
                }
            }
        }
    }
}
