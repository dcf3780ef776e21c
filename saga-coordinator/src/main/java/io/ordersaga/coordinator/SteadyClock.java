package io.ordersaga.coordinator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The time of day as it was at the start of the program, carried on by a count that never jumps.
///
/// A saga's wait is decided at one instant and turned into a delay for the database at a later one. If the
/// machine's clock were set back by an hour in between, the saga would wait an hour, and so would the search for
/// due sagas. Slow corrections, as a time service makes them, are followed. Safe for any number of threads.
final class SteadyClock implements InstantSource {

    private final Instant origin;
    private final long originNanos;
    private final LongSupplier nanos;

    /// Starts with what `timeOfDay` says now.
    ///
    /// @param nanos as [System#nanoTime]
    SteadyClock(InstantSource timeOfDay, LongSupplier nanos) {
        this.nanos = nanos;
        this.originNanos = nanos.getAsLong();
        this.origin = timeOfDay.instant();
    }

    static SteadyClock started() {
        return new SteadyClock(InstantSource.system(), System::nanoTime);
    }

    @Override
    public Instant instant() {
        return origin.plusNanos(nanos.getAsLong() - originNanos);
    }
}
