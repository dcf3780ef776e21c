package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;

/// What a [SagaDriver] is told.
///
/// - [Begin]: go on with the saga; first of all inputs but [Stopping], and once;
/// - [Inserted]: the [Action.Insert] was carried out;
/// - [Written]: the [Action.Write] was carried out, unless the lease was no longer `held`;
/// - [StoreFailed]: the insert or write was not carried out, or nobody knows; or the state of an
///   [Action.WriteLater] was not taken;
/// - [Answered]: an [Action.Call] came back;
/// - [LeaseLost]: somebody else has the saga, or may have it soon;
/// - [Stopping]: this node is about to stop: no further calls.
public sealed interface Input {

    record Begin() implements Input {}

    record Inserted(Insertion insertion) implements Input {}

    record Written(boolean held) implements Input {}

    record Answered(int step, Op op, BranchOutcome outcome) implements Input {}

    record StoreFailed(RuntimeException failure) implements Input {}

    record LeaseLost() implements Input {}

    record Stopping() implements Input {}
}
