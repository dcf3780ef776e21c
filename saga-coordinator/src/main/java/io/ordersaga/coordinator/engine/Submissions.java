package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.Optional;

/// Takes sagas in.
public interface Submissions {

    /// Whether a submit would be refused for now, asked before the work of reading one. Costs nothing, and
    /// promises nothing: [#submit] decides.
    default Optional<SubmitAnswer.Overloaded> overload() {
        return Optional.empty();
    }

    /// Stores a saga and starts it on this node.
    ///
    /// @param waitForEnd whether the submitter wants to hear how the saga ends, and not only that it is stored
    /// @param patience how long the submitter is willing to wait for the one or the other
    /// @throws StoreUnavailableException when nobody knows whether the saga was stored; submitting it again is
    ///     safe
    SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience);
}
