package io.ordersaga.coordinator.engine;

import java.util.function.Consumer;

/// Calls participants. Answers within the call's deadline whatever happens, and never throws: what
/// went wrong in an unforeseen way is [BranchOutcome.Unknown].
public interface BranchCaller {

    BranchOutcome call(BranchCall call);

    /// As [#call], without a thread that waits.
    ///
    /// @param answered hears the outcome, once, on any thread, this one included. It may be the
    ///     thread of a connection, so it must not wait for anything
    /// @return false when this call cannot be made without waiting; nothing was done, and nobody hears
    ///     of it
    default boolean begin(BranchCall call, Consumer<BranchOutcome> answered) {
        return false;
    }

    /// A saga's calls came to nothing again. Must not wait for anything.
    ///
    /// @param call the latest of them
    /// @param failuresInARow how often without an answer in between, this one included
    default void failedAgain(BranchCall call, BranchOutcome.Unknown outcome, int failuresInARow) {}
}
