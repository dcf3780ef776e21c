package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.time.Instant;

/// How long a transaction may stay prepared before the coordinator does something about it by itself.
///
/// @param timeout of one that names no `timeout_to_fail`: then a message's application is asked, and a tcc or xa
///     transaction is aborted
/// @param callback after so long without an end, a workflow's application is called back
public record PreparedWaits(Duration timeout, Duration callback) {

    /// DTM's.
    public static final PreparedWaits DEFAULT = new PreparedWaits(Duration.ofSeconds(35), Duration.ofSeconds(10));

    public PreparedWaits {
        if (!timeout.isPositive() || !callback.isPositive()) {
            throw new IllegalArgumentException("need positive durations, got " + timeout + " and " + callback);
        }
    }

    Instant deadline(Saga saga) {
        Duration wanted = saga.definition().options().timeoutToFail();
        return saga.submitted().plus(wanted.isZero() ? timeout : wanted);
    }

    Duration callback(Saga saga) {
        Duration wanted = saga.definition().options().retryInterval();
        return wanted.isZero() ? callback : wanted;
    }
}
