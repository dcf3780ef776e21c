package io.ordersaga.coordinator.engine;

/// What can happen to a saga.
///
/// - [Prepared]: a client announced it;
/// - [Submitted]: a client handed it in, or decided that what it had announced goes on;
/// - [Aborted]: a client decided that what it had announced goes back;
/// - [BranchRegistered]: a client added a branch to what it had announced;
/// - [Finished]: a workflow came to its end in its application;
/// - [ForceStopped]: somebody ended it where it stands;
/// - [TimerFired]: it was waiting, and its time has come;
/// - [Resumed]: its owner went away while working on it. What is stored may be older than what was called;
/// - [Operated]: an operator decided something about it;
/// - [BranchAnswered]: a [Effect.CallBranch] came back.
public sealed interface Event {

    record Prepared() implements Event {}

    record Submitted() implements Event {}

    record Aborted(Rejection why) implements Event {}

    record BranchRegistered(Step branch) implements Event {}

    /// The end of a workflow.
    ///
    /// @param why what it failed for; unused when it succeeded
    record Finished(boolean succeeded, Rejection why, Bytes result) implements Event {}

    record ForceStopped() implements Event {}

    record TimerFired() implements Event {}

    record Resumed() implements Event {}

    /// An operator's decision.
    ///
    /// @param underWay whether somebody works on it, or did when they went away. What is stored may be older than
    ///     what was called
    record Operated(Operation operation, boolean underWay) implements Event {}

    record BranchAnswered(int step, Op op, BranchOutcome outcome) implements Event {}
}
