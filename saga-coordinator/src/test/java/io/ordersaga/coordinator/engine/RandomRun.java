package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Effect.Durability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// One random saga, one after the other, concurrent or a graph, and what happens to it.
///
/// Participants keep a barrier, as the protocol asks of them: an op has its effect at most once, a compensation
/// without an action has none and blocks the action for ever. They refuse, lose requests, lose answers, answer
/// with errors and ask for patience, and they answer in any order. The coordinator crashes between any two
/// effects, loses what was only written lazily, or hands over; calls that were under way then may arrive much
/// later. Parked sagas are released. From fault 40 on, everything works.
///
/// Every call is checked when it is made: an action only after all it waits for have succeeded, a compensation
/// only after those of all steps behind it, no two calls of one step at once, and no call after the end.
final class RandomRun {

    private static final List<Trouble> TROUBLES = List.of(Trouble.values());
    private static final int FAULTS_MAX = 40;
    private static final int EVENTS_MAX = 2_000;

    /// One step's participant.
    static final class Participant {
        private boolean actionSeen;
        private boolean compensationSeen;
        private int effect;
        private boolean called;
        private boolean undone;

        private void on(Op op) {
            switch (op) {
                case ACTION -> effect += actionSeen || compensationSeen ? 0 : 1;
                case COMPENSATION -> effect -= actionSeen && !compensationSeen ? 1 : 0;
            }
            actionSeen = true;
            compensationSeen |= op == Op.COMPENSATION;
        }

        int effect() {
            return effect;
        }

        /// Whether its action was ever called, by whoever owned the saga then.
        boolean wasCalled() {
            return called;
        }

        boolean wasUndone() {
            return undone;
        }
    }

    private final SplittableRandom random;
    private final Engine engine;
    private final List<Participant> participants = new ArrayList<>();
    private final Map<Integer, Set<Integer>> waitsFor = new TreeMap<>();
    private final List<BranchCall> inFlight = new ArrayList<>();
    private final List<BranchCall> lateCalls = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private Instant now = Sagas.NOON;
    private Saga saga;
    /// What a crash may leave behind: the last awaited write and everything after it.
    private List<Saga> stored = new ArrayList<>();

    private int faults;
    private boolean changedHands;
    private boolean finished;

    RandomRun(long seed) {
        random = new SplittableRandom(seed);
        ParkPolicy parking =
                random.nextBoolean() ? ParkPolicy.NEVER : new ParkPolicy(random.nextInt(4), random.nextInt(6));
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), seed);
        engine = new Engine(backoff, parking, random.nextInt(5) == 0);
        saga = Saga.fresh(randomDefinition(), now);
    }

    private SagaDefinition randomDefinition() {
        List<Step> steps = new ArrayList<>();
        int count = random.nextInt(0, 7);
        for (int number = 1; number <= count; number++) {
            Step step = Sagas.step(number);
            boolean noCompensation = random.nextInt(8) == 0;
            steps.add(noCompensation ? new Step(step.action(), "", step.payload()) : step);
            participants.add(new Participant());
        }
        Duration timeout = random.nextInt(3) == 0 ? Duration.ofSeconds(random.nextInt(1, 60)) : Duration.ZERO;
        int retryLimit = random.nextInt(4) == 0 ? random.nextInt(1, 4) : 0;
        SagaOptions options = new SagaOptions(Duration.ZERO, Duration.ZERO, timeout, retryLimit);
        boolean concurrent = random.nextInt(3) > 0;
        randomOrders(count, concurrent);
        return Sagas.of(steps, concurrent ? Sagas.concurrent(options, waitsFor) : options);
    }

    /// Along a random line of the steps, so that there is no cycle and yet also edges to higher numbers.
    private void randomOrders(int count, boolean concurrent) {
        List<Integer> line = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            line.add(concurrent ? random.nextInt(line.size() + 1) : line.size(), step);
        }
        for (int place = 0; place < count; place++) {
            Set<Integer> before = new TreeSet<>();
            for (int earlier = 0; earlier < place; earlier++) {
                boolean waits = concurrent ? random.nextInt(3) == 0 : earlier == place - 1;
                if (waits) {
                    before.add(line.get(earlier));
                }
            }
            waitsFor.put(line.get(place), before);
        }
    }

    void toTheEnd() {
        Event event = new Event.Submitted();
        for (int count = 0; count < EVENTS_MAX && !finished; count++) {
            event = carryOut(event);
            now = now.plusMillis(random.nextInt(2_000));
        }
        lateCalls.forEach(call -> participants.get(call.step()).on(call.op()));
    }

    Saga saga() {
        return saga;
    }

    Participant participant(int step) {
        return participants.get(step);
    }

    boolean finished() {
        return finished;
    }

    /// Whether a crash or a hand-over may have made calls happen twice or not at all.
    boolean changedHands() {
        return changedHands;
    }

    List<String> trace() {
        return trace;
    }

    private Event carryOut(Event event) {
        Transition transition = engine.step(saga, event, now);
        trace.add(event + " -> " + transition.saga().status());
        saga = transition.saga();
        for (Effect effect : transition.effects()) {
            if (!stored.isEmpty() && fault(20)) {
                return crash();
            }
            switch (effect) {
                case Effect.Persist(Durability durability) -> {
                    if (durability == Durability.AWAITED) {
                        stored = new ArrayList<>();
                    }
                    stored.add(asStored());
                }
                case Effect.CallBranch(BranchCall call) -> start(call);
                case Effect.WakeAt(Instant instant) -> {
                    requireRest();
                    now = instant;
                    return new Event.TimerFired();
                }
                case Effect.Park _ -> {
                    requireRest();
                    assertThat(saga.parked()).isPresent();
                    trace.add("released");
                    return new Event.TimerFired();
                }
                case Effect.AnswerSubmitter _ -> {}
                case Effect.Finish _ -> {
                    requireRest();
                    finished = true;
                    return event;
                }
            }
        }
        if (fault(40)) {
            return handOver();
        }
        return answer();
    }

    private Saga asStored() {
        return saga.with(saga.progress().atRest());
    }

    private void requireRest() {
        assertThat(inFlight).as("nothing is under way").isEmpty();
    }

    private Event crash() {
        trace.add("crash");
        saga = stored.get(random.nextInt(stored.size()));
        stored = new ArrayList<>(List.of(saga));
        leaveCalls();
        finished = saga.status().isTerminal();
        return saga.parked().isPresent() ? new Event.TimerFired() : new Event.Resumed();
    }

    private Event handOver() {
        trace.add("hand-over");
        saga = stored.getLast();
        stored = new ArrayList<>(List.of(saga));
        leaveCalls();
        return new Event.TimerFired();
    }

    private void leaveCalls() {
        changedHands = true;
        lateCalls.addAll(inFlight);
        inFlight.clear();
    }

    private void start(BranchCall call) {
        trace.add(call.op() + " " + call.step());
        assertThat(finished).as("no call after the end").isFalse();
        assertThat(inFlight)
                .as("no other call of step %s is under way", call.step())
                .noneMatch(other -> other.step() == call.step());
        switch (call.op()) {
            case ACTION -> {
                assertThat(stored.getLast().status()).isEqualTo(SagaStatus.SUBMITTED);
                assertThat(waitsFor.get(call.step()))
                        .as("what action %s waits for has succeeded", call.step())
                        .allMatch(before -> participants.get(before).actionSeen
                                && saga.progress().steps().get(before).action().hasSucceeded());
                participants.get(call.step()).called = true;
            }
            case COMPENSATION -> {
                assertThat(stored)
                        .as("the decision is durable first")
                        .allMatch(state -> state.status() == SagaStatus.ABORTING);
                waitsFor.forEach((behind, before) -> {
                    if (before.contains(call.step()) && hasCompensation(behind)) {
                        assertThat(participants.get(behind))
                                .as("step %s, behind %s, was never called or is compensated", behind, call.step())
                                .matches(participant -> !participant.called || participant.undone);
                    }
                });
            }
        }
        inFlight.add(call);
    }

    private boolean hasCompensation(int step) {
        return !saga.definition().steps().get(step).compensation().isEmpty();
    }

    private Event answer() {
        BranchCall call = inFlight.remove(random.nextInt(inFlight.size()));
        BranchOutcome outcome = outcome(call);
        participants.get(call.step()).undone |=
                call.op() == Op.COMPENSATION && outcome instanceof BranchOutcome.Succeeded;
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
            return new BranchOutcome.Unknown("lost", TROUBLES.get(random.nextInt(TROUBLES.size())));
        }
        if (fault(10)) {
            return new BranchOutcome.Ongoing();
        }
        boolean mayRefuse = call.op() == Op.COMPENSATION || !participant.actionSeen;
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
}
