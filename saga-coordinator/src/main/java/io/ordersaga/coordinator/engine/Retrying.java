package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.Optional;

/// A saga's retries.
///
/// @param attempts calls of the current branch in a row whose outcome is unknown: the exponent of the back-off
/// @param retries immediate retries spent of the submitter's `retry_limit`, over the whole saga
/// @param due when a waiting saga goes on; empty while it is worked on, and after its end
public record Retrying(int attempts, int retries, Optional<Instant> due) {

    static final Retrying NONE = new Retrying(0, 0, Optional.empty());

    Retrying answered() {
        return new Retrying(0, retries, Optional.empty());
    }

    Retrying unanswered() {
        return new Retrying(attempts + 1, retries, due);
    }

    Retrying retriedAtOnce() {
        return new Retrying(attempts, retries + 1, Optional.empty());
    }

    Retrying waitingUntil(Instant instant) {
        return new Retrying(attempts, retries, Optional.of(instant));
    }

    Retrying awake() {
        return new Retrying(attempts, retries, Optional.empty());
    }
}
