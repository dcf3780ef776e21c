package io.ordersaga.coordinator.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How far a saga has come.
///
/// @param steps one entry per step of the definition
/// @param reached how many steps may have been called: a roll-back compensates exactly these
public record Progress(List<StepProgress> steps, int reached) {

    public Progress {
        steps = List.copyOf(steps);
        if (reached < 0 || reached > steps.size()) {
            throw new IllegalArgumentException("reached " + reached + " of " + steps.size() + " steps");
        }
    }

    static Progress none(int steps) {
        return new Progress(Collections.nCopies(steps, StepProgress.NONE), 0);
    }

    boolean hasSucceeded(int step, Op op) {
        return steps.get(step).of(op).hasSucceeded();
    }

    Progress with(int step, Op op, BranchProgress progress) {
        List<StepProgress> changed = new ArrayList<>(steps);
        changed.set(step, changed.get(step).with(op, progress));
        return new Progress(changed, reached);
    }

    Progress reaching(int count) {
        return new Progress(steps, Math.max(reached, count));
    }

    Progress reachingExactly(int count) {
        return new Progress(steps, count);
    }
}
