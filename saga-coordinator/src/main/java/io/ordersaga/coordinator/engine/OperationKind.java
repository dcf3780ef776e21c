package io.ordersaga.coordinator.engine;

/// Everything that operators can do about one transaction. Notes and deletion change no state, so they are no
/// [Operation]; where they are allowed stands in the same table.
///
/// Each constant says what it does, for people; whether somebody has to say why, since nobody can take it back;
/// whether it is about one step; and whether it can be done to many transactions at once.
public enum OperationKind {
    RETRY("due at once, with the back-off begun anew; what is parked is released", false, false, true),
    PAUSE("left alone until it is resumed", false, false, true),
    RESUME("goes on after a pause", false, false, true),
    PARK("set aside among those that need attention", false, false, true),
    RELEASE("goes on after it was parked", false, false, true),
    ROLL_BACK("rolled back from where it stands", true, false, true),
    FORCE_BRANCH("the action of a step counts as done, and is not called again", true, true, false),
    SKIP_BRANCH("the compensation of a step counts as done, and is not called again", true, true, false),
    EXTEND_DEADLINE("rolled back by itself later than it would be", false, false, true),
    ADD_NOTE("something written down, for people", true, false, true),
    DELETE("gone, with its journal and its notes", true, false, true);

    private final String text;
    private final boolean needsReason;
    private final boolean needsStep;
    private final boolean batch;

    OperationKind(String text, boolean needsReason, boolean needsStep, boolean batch) {
        this.text = text;
        this.needsReason = needsReason;
        this.needsStep = needsStep;
        this.batch = batch;
    }

    public String text() {
        return text;
    }

    public boolean needsReason() {
        return needsReason;
    }

    public boolean needsStep() {
        return needsStep;
    }

    /// Whether it can be done to many transactions at once.
    public boolean isForMany() {
        return batch;
    }
}
