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
/// sagas have two steps, which is enough for "before", "in" and "after" a step; one has no compensations; each
/// comes without limits, with a timeout and with a retry limit.
class TransitionCoverageTest {

    private static final int EVENTS_MAX = 9;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Path PAGE = Path.of(System.getProperty("ordersaga.root", "."), "docs", "saga-states.md");

    private record Taken(SagaStatus from, EventKind event, SagaStatus to) {}

    private record Reached(Saga saga, List<Effect> effects, int depth) {}

    @Test
    void everyLegalTransitionIsTakenAndNoOther() {
        Set<Taken> legal = new HashSet<>();
        for (Transitions.Rule rule : Transitions.ALL) {
            rule.to().forEach(to -> legal.add(new Taken(rule.from(), rule.event(), to)));
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
        Set<Saga> seen = new HashSet<>();
        Deque<Reached> open = new ArrayDeque<>();
        for (SagaDefinition definition : definitions()) {
            Saga fresh = Saga.fresh(definition, Sagas.NOON);
            open.add(new Reached(fresh, List.of(), 0));
        }
        Engine engine = new Engine(Play.BACKOFF);
        while (!open.isEmpty()) {
            Reached reached = open.remove();
            for (Event event : eventsAfter(reached)) {
                for (Instant now : timesOf(reached)) {
                    Transition transition = engine.step(reached.saga(), event, now);
                    Saga next = transition.saga();
                    taken.add(new Taken(reached.saga().status(), EventKind.of(event), next.status()));
                    if (reached.depth() < EVENTS_MAX && seen.add(next)) {
                        open.add(new Reached(next, transition.effects(), reached.depth() + 1));
                    }
                }
            }
        }
        return taken;
    }

    /// A saga is submitted when it is made; everything else can also happen after its time is up.
    private static List<Instant> timesOf(Reached reached) {
        return reached.depth() == 0 ? List.of(Sagas.NOON) : List.of(Sagas.NOON, Sagas.NOON.plus(TIMEOUT));
    }

    private static List<Event> eventsAfter(Reached reached) {
        if (reached.depth() == 0) {
            return List.of(new Event.Submitted());
        }
        List<Event> events = new ArrayList<>();
        if (!reached.saga().status().isTerminal()) {
            events.add(new Event.Resumed());
        }
        for (Effect effect : reached.effects()) {
            switch (effect) {
                case Effect.WakeAt _ -> events.add(new Event.TimerFired());
                case Effect.CallBranch(BranchCall call) ->
                    outcomes()
                            .forEach(outcome -> events.add(new Event.BranchAnswered(call.step(), call.op(), outcome)));
                case Effect.Persist _, Effect.Park _, Effect.AnswerSubmitter _, Effect.Finish _ -> {}
            }
        }
        return events;
    }

    private static List<BranchOutcome> outcomes() {
        return List.of(
                new BranchOutcome.Succeeded(),
                new BranchOutcome.Refused(Rejection.ofReason("no")),
                new BranchOutcome.Ongoing(),
                new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER));
    }

    private static List<SagaDefinition> definitions() {
        List<SagaDefinition> definitions = new ArrayList<>();
        for (SagaOptions options : List.of(SagaOptions.DEFAULT, Sagas.timeoutToFail(TIMEOUT), Sagas.retryLimit(1))) {
            definitions.add(Sagas.ofSteps(0, options));
            definitions.add(Sagas.ofSteps(2, options));
            Step noCompensation = new Step(Sagas.action(1), "", Bytes.EMPTY);
            definitions.add(Sagas.of(List.of(noCompensation, noCompensation), options));
        }
        return definitions;
    }
}
