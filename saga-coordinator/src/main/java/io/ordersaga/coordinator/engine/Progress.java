package io.ordersaga.coordinator.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/// How far a saga has come.
///
/// @param steps one entry per step of the definition
public record Progress(List<StepProgress> steps) {

    public Progress {
        steps = List.copyOf(steps);
    }

    /// Branches that were registered since are not known to have done anything.
    public Progress padded(int branches) {
        if (steps.size() >= branches) {
            return this;
        }
        List<StepProgress> longer = new ArrayList<>(steps);
        longer.addAll(Collections.nCopies(branches - steps.size(), StepProgress.NONE));
        return new Progress(longer);
    }

    static Progress none(int steps) {
        return new Progress(Collections.nCopies(steps, StepProgress.NONE));
    }

    /// What a store keeps of it: the same, with nothing being done about any step.
    public Progress atRest() {
        for (StepProgress step : steps) {
            if (!(step.turn() instanceof Turn.Idle)) {
                return changed(each -> each.with(Turn.IDLE));
            }
        }
        return this;
    }

    /// How many calls are outstanding.
    public int inFlight() {
        int count = 0;
        for (StepProgress step : steps) {
            if (step.isCalled()) {
                count++;
            }
        }
        return count;
    }

    Progress with(int step, UnaryOperator<StepProgress> change) {
        List<StepProgress> changed = new ArrayList<>(steps);
        changed.set(step, change.apply(changed.get(step)));
        return new Progress(changed);
    }

    Progress changed(UnaryOperator<StepProgress> change) {
        List<StepProgress> changed = new ArrayList<>(steps);
        changed.replaceAll(change);
        return new Progress(changed);
    }
}
