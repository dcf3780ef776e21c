package io.ordersaga.coordinator.engine;

/// Both sides of one step.
public record StepProgress(BranchProgress action, BranchProgress compensation) {

    static final StepProgress NONE = new StepProgress(BranchProgress.PREPARED, BranchProgress.PREPARED);

    public BranchProgress of(Op op) {
        return switch (op) {
            case ACTION -> action;
            case COMPENSATION -> compensation;
        };
    }

    StepProgress with(Op op, BranchProgress progress) {
        return switch (op) {
            case ACTION -> new StepProgress(progress, compensation);
            case COMPENSATION -> new StepProgress(action, progress);
        };
    }
}
