package io.ordersaga.saga.client;

/// What a barrier call did. Each of them is a success that the coordinator must be told of as such.
public enum BarrierOutcome {
    /// The work ran and is committed.
    EXECUTED,
    /// This operation was committed by an earlier call; the work did not run again.
    DUPLICATE,
    /// A compensation whose action never took effect: there was nothing to undo, and a late action will do nothing.
    NULL_COMPENSATION,
    /// An action that arrived after its compensation; the work did not run and never will.
    LATE
}
