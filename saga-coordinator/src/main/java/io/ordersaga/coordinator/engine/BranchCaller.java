package io.ordersaga.coordinator.engine;

/// Calls participants. Answers within the call's deadline whatever happens, and never throws: what went wrong
/// in an unforeseen way is [BranchOutcome.Unknown].
public interface BranchCaller {

    BranchOutcome call(BranchCall call);
}
