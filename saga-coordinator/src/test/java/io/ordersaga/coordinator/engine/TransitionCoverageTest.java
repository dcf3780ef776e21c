package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Plays every event in every state that small sagas can reach, and compares what happened with the table. The
/// sagas have two steps, which is enough for "before", "in" and "after" a step; some have no compensations, some
/// are concurrent; each comes without limits, with a timeout and with a retry limit.
class TransitionCoverageTest {

    private static final int EVENTS_MAX = 9;
    /// Events until an operator comes: enough to be prepared, to get a branch, and to be rolled back.
    private static final int OPERATED_MAX = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /// After every timeout, also the one of what is prepared.
    private static final Duration LATER = Duration.ofMinutes(1);
    private static final Path PAGE = Path.of(System.getProperty("ordersaga.root", "."), "docs", "saga-states.md");

    private record Taken(String mode, SagaStatus from, EventKind event, SagaStatus to, boolean parked) {}

    /// @param operated whether an operator had a part in it; a second operation adds no transition, only time
    private record Reached(Saga saga, int depth, boolean operated) {}

    @Test
    void everyLegalTransitionIsTakenAndNoOther() {
        Set<Taken> legal = new HashSet<>();
        for (Mode mode : Mode.ALL) {
            String name = mode.wireName();
            for (Transitions.Rule rule : Transitions.of(mode)) {
                rule.to().forEach(to -> legal.add(new Taken(name, rule.from(), rule.event(), to, false)));
                if (rule.parks()) {
                    legal.add(new Taken(name, rule.from(), rule.event(), rule.from(), true));
                }
            }
        }

        assertThat(explore()).containsExactlyInAnyOrderElementsOf(legal);
    }

    @Test
    void thePageInTheDocumentationIsTheTable() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, Transitions.toMarkdown());
        }

        assertThat(PAGE)
                .as("run this test with -Dgolden.update=true to write the page anew")
                .hasContent(Transitions.toMarkdown());
    }

    private static Set<Taken> explore() {
        Set<Taken> taken = new HashSet<>();
        // One parks at the first chance, so that the other has to show what comes after many waits.
        for (ParkPolicy parking : List.of(ParkPolicy.NEVER, new ParkPolicy(1, 1))) {
            Engine engine = new Engine(Play.BACKOFF, parking, false);
            for (SagaDefinition definition : definitions()) {
                explore(engine, Saga.fresh(definition, Sagas.NOON), taken);
            }
            for (SagaDefinition definition : Prepared.definitions()) {
                explore(engine, Saga.announced(definition, Sagas.NOON), taken);
                if (!(definition.mode() instanceof WorkflowMode)) {
                    explore(engine, Saga.fresh(definition, Sagas.NOON), taken);
                }
            }
        }
        return taken;
    }

    private static void explore(Engine engine, Saga fresh, Set<Taken> taken) {
        Set<Saga> seen = new HashSet<>();
        Deque<Reached> open = new ArrayDeque<>();
        open.add(new Reached(fresh, 0, false));
        while (!open.isEmpty()) {
            Reached reached = open.remove();
            Saga saga = reached.saga();
            for (Event event : eventsAfter(reached)) {
                for (Instant now : timesOf(reached)) {
                    Saga next = engine.step(saga, event, now).saga();
                    boolean parked = next.parked().isPresent();
                    taken.add(new Taken(
                            saga.definition().mode().wireName(),
                            saga.status(),
                            EventKind.of(event),
                            next.status(),
                            parked));
                    if (reached.depth() < EVENTS_MAX && seen.add(next)) {
                        open.add(new Reached(next, reached.depth() + 1, reached.operated()));
                    }
                }
            }
            if (reached.depth() > 0 && reached.depth() <= OPERATED_MAX && !reached.operated()) {
                open.addAll(operated(engine, reached, seen, taken));
            }
        }
    }

    /// What operators can do about it where it is, and when it is held besides.
    private static List<Reached> operated(Engine engine, Reached reached, Set<Saga> seen, Set<Taken> taken) {
        Saga saga = reached.saga();
        List<Saga> held = new ArrayList<>(List.of(saga));
        if (saga.parked().isEmpty() && !saga.status().isTerminal()) {
            Saga atRest = saga.with(saga.progress().atRest());
            held.add(atRest.parkedFor("nobody knows why"));
            held.add(atRest.parkedFor(Hold.PAUSED_PREFIX + "lunch"));
        }
        List<Reached> found = new ArrayList<>();
        for (Saga from : held) {
            for (Operation operation : OperationsTest.operations(from)) {
                if (Operations.denial(operation, from).isEmpty()) {
                    Event event = new Event.Operated(operation, from.progress().inFlight() > 0);
                    Saga next = engine.step(from, event, Sagas.NOON).saga();
                    taken.add(new Taken(
                            saga.definition().mode().wireName(),
                            saga.status(),
                            EventKind.of(event),
                            next.status(),
                            next.parked().isPresent()));
                    if (seen.add(next)) {
                        found.add(new Reached(next, EVENTS_MAX, true));
                    }
                }
            }
        }
        return found;
    }

    /// A saga is submitted when it is made; everything else can also happen after its time is up.
    private static List<Instant> timesOf(Reached reached) {
        return reached.depth() == 0 ? List.of(Sagas.NOON) : List.of(Sagas.NOON, Sagas.NOON.plus(LATER));
    }

    private static List<Event> eventsAfter(Reached reached) {
        Saga saga = reached.saga();
        if (reached.depth() == 0) {
            return List.of(saga.status() == SagaStatus.PREPARED ? new Event.Prepared() : new Event.Submitted());
        }
        if (saga.status().isTerminal()) {
            return List.of();
        }
        // A saga that was handed over in the middle of its work meets its timer there.
        List<Event> events =
                new ArrayList<>(List.of(new Event.Resumed(), new Event.TimerFired(), new Event.ForceStopped()));
        events.addAll(Prepared.decisions(saga));
        for (int step = 0; step < saga.progress().steps().size(); step++) {
            if (saga.progress().steps().get(step).turn() instanceof Turn.Called(Op op)) {
                for (BranchOutcome outcome : outcomes()) {
                    events.add(new Event.BranchAnswered(step, op, outcome));
                }
            }
        }
        return events;
    }

    private static List<BranchOutcome> outcomes() {
        return List.of(
                new BranchOutcome.Succeeded(),
                new BranchOutcome.Refused(Rejection.ofReason("no")),
                new BranchOutcome.Ongoing(),
                new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER),
                new BranchOutcome.Unknown("oops", BranchOutcome.Trouble.ERROR));
    }

    private static List<SagaDefinition> definitions() {
        List<SagaDefinition> definitions = new ArrayList<>();
        for (SagaOptions options : List.of(SagaOptions.DEFAULT, Sagas.timeoutToFail(TIMEOUT), Sagas.retryLimit(1))) {
            definitions.add(Sagas.ofSteps(0, options));
            definitions.add(Sagas.ofSteps(2, options));
            Step noCompensation = new Step(Sagas.action(1), "", Bytes.EMPTY);
            definitions.add(Sagas.of(List.of(noCompensation, noCompensation), options));
            definitions.add(Sagas.of(List.of(Sagas.step(1), Sagas.step(2)), Sagas.concurrent(options)));
            definitions.add(Sagas.of(List.of(Sagas.step(1), noCompensation), Sagas.concurrent(options)));
            definitions.add(Sagas.of(List.of(noCompensation, noCompensation), Sagas.concurrent(options)));
        }
        return definitions;
    }
}
