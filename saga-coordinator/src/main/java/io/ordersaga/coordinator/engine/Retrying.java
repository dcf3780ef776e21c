package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.Optional;

/// A saga's retries. A round is one call, or all the calls that a concurrent saga makes between two waits.
///
/// @param attempts rounds in a row with an unknown outcome: the exponent of the back-off
/// @param retries immediate retries spent of the submitter's `retry_limit`, over the whole saga
/// @param errors rounds in a row in which a participant answered with an error; see [ParkPolicy]
/// @param due when a waiting saga goes on; empty while it is worked on, while it is parked, and after its end
public record Retrying(int attempts, int retries, int errors, Optional<Instant> due) {

    static final Retrying NONE = new Retrying(0, 0, 0, Optional.empty());

    /// A definite answer came.
    Retrying answered() {
        return new Retrying(0, retries, 0, Optional.empty());
    }

    Retrying withAttempts(int changed) {
        return new Retrying(changed, retries, errors, due);
    }

    Retrying withErrors(int changed) {
        return new Retrying(attempts, retries, changed, due);
    }

    Retrying retriedAtOnce() {
        return new Retrying(attempts, retries + 1, errors, Optional.empty());
    }

    Retrying waitingUntil(Instant instant) {
        return new Retrying(attempts, retries, errors, Optional.of(instant));
    }

    Retrying awake() {
        return due.isEmpty() ? this : new Retrying(attempts, retries, errors, Optional.empty());
    }
}
