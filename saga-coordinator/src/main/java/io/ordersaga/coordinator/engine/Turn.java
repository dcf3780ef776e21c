package io.ordersaga.coordinator.engine;

/// What the owner of a saga does about one of its steps. Known to this owner only and never stored: whoever
/// takes the saga over calls again whatever was not answered.
///
/// - [Idle]: nothing;
/// - [Called]: an [Effect.CallBranch] is outstanding;
/// - [Paused]: the call came back without a definite answer, and is repeated after the saga's next wait.
public sealed interface Turn {

    Turn IDLE = new Idle();

    record Idle() implements Turn {}

    record Called(Op op) implements Turn {}

    /// Waits to be asked again.
    ///
    /// @param cause for people to read
    record Paused(Op op, Reason reason, String cause) implements Turn {}

    enum Reason {
        /// An operator wants its participant left alone.
        TARGET_PAUSED,
        ONGOING,
        UNANSWERED,
        ERROR;

        static Reason of(BranchOutcome.Trouble trouble) {
            return switch (trouble) {
                case TARGET_PAUSED -> TARGET_PAUSED;
                case NOT_CALLED, UNREACHABLE, NO_ANSWER -> UNANSWERED;
                case ERROR -> ERROR;
            };
        }
    }
}
