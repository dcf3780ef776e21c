package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.BranchOutcome.Ongoing;
import io.ordersaga.coordinator.engine.BranchOutcome.Refused;
import io.ordersaga.coordinator.engine.BranchOutcome.Succeeded;
import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;

/// The events as the transition table tells them apart.
public enum EventKind {
    PREPARED("prepared"),
    SUBMITTED("submitted"),
    ABORTED("aborted by its client"),
    BRANCH_REGISTERED("branch registered"),
    FINISHED("finished by its application"),
    FORCE_STOPPED("force-stopped"),
    TIMER_FIRED("timer fired"),
    RESUMED("resumed after its owner went away"),
    RETRIED("retried by an operator"),
    PAUSED("paused by an operator"),
    GOES_ON("resumed by an operator"),
    PARKED("parked by an operator"),
    RELEASED("released by an operator"),
    ROLLED_BACK("rolled back by an operator"),
    BRANCH_FORCED("action forced by an operator"),
    BRANCH_SKIPPED("compensation skipped by an operator"),
    DEADLINE_EXTENDED("deadline extended by an operator"),
    ACTION_SUCCEEDED("action succeeded"),
    ACTION_REFUSED("action refused"),
    ACTION_ONGOING("action ongoing"),
    ACTION_UNKNOWN("action's outcome unknown"),
    COMPENSATION_SUCCEEDED("compensation succeeded"),
    COMPENSATION_REFUSED("compensation refused"),
    COMPENSATION_ONGOING("compensation ongoing"),
    COMPENSATION_UNKNOWN("compensation's outcome unknown");

    private final String text;

    EventKind(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    public static EventKind of(Event event) {
        return switch (event) {
            case Event.Prepared _ -> PREPARED;
            case Event.Submitted _ -> SUBMITTED;
            case Event.Aborted _ -> ABORTED;
            case Event.BranchRegistered _ -> BRANCH_REGISTERED;
            case Event.Finished _ -> FINISHED;
            case Event.ForceStopped _ -> FORCE_STOPPED;
            case Event.TimerFired _ -> TIMER_FIRED;
            case Event.Resumed _ -> RESUMED;
            case Event.Operated(Operation operation, boolean _) -> of(operation);
            case Event.BranchAnswered(int _, Op op, BranchOutcome outcome) -> answered(op, outcome);
        };
    }

    private static EventKind of(Operation operation) {
        return switch (operation) {
            case Operation.Retry _ -> RETRIED;
            case Operation.Pause _ -> PAUSED;
            case Operation.Resume _ -> GOES_ON;
            case Operation.Park _ -> PARKED;
            case Operation.Release _ -> RELEASED;
            case Operation.RollBack _ -> ROLLED_BACK;
            case Operation.ForceBranch _ -> BRANCH_FORCED;
            case Operation.SkipBranch _ -> BRANCH_SKIPPED;
            case Operation.ExtendDeadline _ -> DEADLINE_EXTENDED;
        };
    }

    private static EventKind answered(Op op, BranchOutcome outcome) {
        boolean action = op == Op.ACTION;
        return switch (outcome) {
            case Succeeded _ -> action ? ACTION_SUCCEEDED : COMPENSATION_SUCCEEDED;
            case Refused _ -> action ? ACTION_REFUSED : COMPENSATION_REFUSED;
            case Ongoing _ -> action ? ACTION_ONGOING : COMPENSATION_ONGOING;
            case Unknown _ -> action ? ACTION_UNKNOWN : COMPENSATION_UNKNOWN;
        };
    }
}
