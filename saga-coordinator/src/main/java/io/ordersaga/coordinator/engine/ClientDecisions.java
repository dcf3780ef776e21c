package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// What clients do about transactions beside handing one in. Every method throws [StoreUnavailableException] when
/// nobody knows whether it was carried out; doing it again is safe.
public interface ClientDecisions {

    /// Stores a transaction that waits for what its client decides.
    SubmitAnswer prepare(SagaDefinition definition, Duration patience);

    /// Rolls back what is prepared.
    SubmitAnswer abort(Gid gid, Rejection why, Duration patience);

    /// Adds a branch to what is prepared.
    SubmitAnswer register(Gid gid, Mode mode, Step branch);

    /// Ends a workflow as its application says.
    ///
    /// @param why what it failed for; unused when it succeeded
    SubmitAnswer finish(Gid gid, boolean succeeded, Rejection why, Bytes result, Duration patience);

    /// Ends whatever is not over, with nothing more called or undone.
    SubmitAnswer forceStop(Gid gid, Duration patience);
}
