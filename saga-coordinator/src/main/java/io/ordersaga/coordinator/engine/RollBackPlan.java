package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a roll-back would undo if it began now, found by playing it through with participants that always succeed:
/// the very engine says it, so it cannot say anything else than what would be done.
///
/// @param steps what would be undone, in the order in which it would be
/// @param untouched the steps, from 0, about which nothing would be done
public record RollBackPlan(List<Undo> steps, List<Integer> untouched) {

    public RollBackPlan {
        steps = List.copyOf(steps);
        untouched = List.copyOf(untouched);
    }

    /// One step that is undone.
    ///
    /// @param place from 1; steps of the same place are undone side by side
    /// @param step from 0
    /// @param isCalled whether there is anything that undoes it
    public record Undo(int place, int step, boolean isCalled) {}

    /// Of a transaction that may be rolled back, or that is being rolled back: then, of what is left to undo.
    ///
    /// @param underWay whether somebody works on it, so that any action may have been called
    public static RollBackPlan of(Engine engine, Saga saga, boolean underWay, Instant now) {
        Operation rollBack = new Operation.RollBack(Rejection.ofReason("preview"));
        Saga aborting = saga.status() == SagaStatus.ABORTING
                ? saga.with(saga.progress().atRest())
                : engine.step(saga, new Event.Operated(rollBack, underWay), now).saga();
        List<Undo> steps = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        Transition transition = engine.step(aborting, new Event.TimerFired(), now);
        List<BranchCall> calls = calls(transition);
        note(aborting, transition, calls, 1, seen, steps);
        for (int place = 2; !calls.isEmpty(); place++) {
            List<BranchCall> next = new ArrayList<>();
            for (BranchCall call : calls) {
                Saga before = transition.saga();
                Event done = new Event.BranchAnswered(call.step(), call.op(), new BranchOutcome.Succeeded());
                transition = engine.step(before, done, now);
                List<BranchCall> more = calls(transition);
                note(before, transition, more, place, seen, steps);
                next.addAll(more);
            }
            calls = next;
        }
        List<Integer> untouched = new ArrayList<>();
        for (int step = 0; step < saga.progress().steps().size(); step++) {
            boolean undone = saga.progress().steps().get(step).compensation().hasSucceeded();
            if (!seen.contains(step) && !undone) {
                untouched.add(step);
            }
        }
        return new RollBackPlan(steps, untouched);
    }

    private static List<BranchCall> calls(Transition transition) {
        List<BranchCall> calls = new ArrayList<>();
        for (Effect effect : transition.effects()) {
            if (effect instanceof Effect.CallBranch(BranchCall call)) {
                calls.add(call);
            }
        }
        return calls;
    }

    /// What became done without a call, since there is nothing to call, and what is called now.
    private static void note(
            Saga before, Transition after, List<BranchCall> calls, int place, Set<Integer> seen, List<Undo> steps) {
        for (int step = before.progress().steps().size() - 1; step >= 0; step--) {
            boolean was = before.progress().steps().get(step).compensation().hasSucceeded();
            boolean is =
                    after.saga().progress().steps().get(step).compensation().hasSucceeded();
            if (is && !was && seen.add(step)) {
                steps.add(new Undo(place, step, false));
            }
        }
        for (BranchCall call : calls) {
            if (seen.add(call.step())) {
                steps.add(new Undo(place, call.step(), true));
            }
        }
    }
}
