package io.ordersaga.coordinator.engine;

/// What can happen to a saga.
///
/// - [Submitted]: a client handed it in;
/// - [TimerFired]: it was waiting, and its time has come;
/// - [Resumed]: its owner went away while working on it. What is stored may be older than what was called;
/// - [BranchAnswered]: a [Effect.CallBranch] came back.
public sealed interface Event {

    record Submitted() implements Event {}

    record TimerFired() implements Event {}

    record Resumed() implements Event {}

    record BranchAnswered(int step, Op op, BranchOutcome outcome) implements Event {}
}
