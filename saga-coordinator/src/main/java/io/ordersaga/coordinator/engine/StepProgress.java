package io.ordersaga.coordinator.engine;

/// Both sides of one step.
///
/// @param reach whether the action may have been called: a roll-back compensates exactly these steps
/// @param turn what is being done about the step; never stored
public record StepProgress(BranchProgress action, BranchProgress compensation, Reach reach, Turn turn) {

    static final StepProgress NONE =
            StepProgress.stored(BranchProgress.PREPARED, BranchProgress.PREPARED, Reach.NOT_CALLED);

    /// A step as a store has it: nobody is working on it.
    public static StepProgress stored(BranchProgress action, BranchProgress compensation, Reach reach) {
        return new StepProgress(action, compensation, reach, Turn.IDLE);
    }

    public BranchProgress of(Op op) {
        return switch (op) {
            case ACTION -> action;
            case COMPENSATION -> compensation;
        };
    }

    /// Whether the action may have been called.
    public boolean reached() {
        return reach != Reach.NOT_CALLED;
    }

    StepProgress with(Op op, BranchProgress progress) {
        return switch (op) {
            case ACTION -> new StepProgress(progress, compensation, reach, turn);
            case COMPENSATION -> new StepProgress(action, progress, reach, turn);
        };
    }

    /// What was taken from somebody who worked on it stays so.
    StepProgress withReached(boolean changed) {
        return reach == Reach.TAKEN || reached() == changed ? this : with(changed ? Reach.CALLED : Reach.NOT_CALLED);
    }

    StepProgress taken() {
        return with(Reach.TAKEN);
    }

    private StepProgress with(Reach changed) {
        return new StepProgress(action, compensation, changed, turn);
    }

    StepProgress with(Turn changed) {
        return turn.equals(changed) ? this : new StepProgress(action, compensation, reach, changed);
    }

    boolean isCalled() {
        return turn instanceof Turn.Called;
    }
}
