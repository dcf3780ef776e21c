package io.ordersaga.coordinator.engine;

/// Both sides of one step.
///
/// @param reached whether the action may have been called: a roll-back compensates exactly these steps
/// @param turn what is being done about the step; never stored
public record StepProgress(BranchProgress action, BranchProgress compensation, boolean reached, Turn turn) {

    static final StepProgress NONE = StepProgress.stored(BranchProgress.PREPARED, BranchProgress.PREPARED, false);

    /// A step as a store has it: nobody is working on it.
    public static StepProgress stored(BranchProgress action, BranchProgress compensation, boolean reached) {
        return new StepProgress(action, compensation, reached, Turn.IDLE);
    }

    public BranchProgress of(Op op) {
        return switch (op) {
            case ACTION -> action;
            case COMPENSATION -> compensation;
        };
    }

    StepProgress with(Op op, BranchProgress progress) {
        return switch (op) {
            case ACTION -> new StepProgress(progress, compensation, reached, turn);
            case COMPENSATION -> new StepProgress(action, progress, reached, turn);
        };
    }

    StepProgress withReached(boolean changed) {
        return reached == changed ? this : new StepProgress(action, compensation, changed, turn);
    }

    StepProgress with(Turn changed) {
        return turn.equals(changed) ? this : new StepProgress(action, compensation, reached, changed);
    }

    boolean isCalled() {
        return turn instanceof Turn.Called;
    }
}
