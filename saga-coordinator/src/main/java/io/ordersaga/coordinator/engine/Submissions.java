package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// Takes sagas in.
public interface Submissions {

    /// Stores a saga and starts it on this node.
    ///
    /// @param wait how long the submitter is willing to wait for the end; zero when it only wants it stored
    /// @throws StoreUnavailableException when it is not known whether the saga was stored; submitting it again is safe
    SubmitAnswer submit(SagaDefinition definition, Duration wait);
}
