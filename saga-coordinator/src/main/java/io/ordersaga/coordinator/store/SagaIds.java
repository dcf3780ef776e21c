package io.ordersaga.coordinator.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/// Row ids that grow with time, made without asking anybody: milliseconds above 22 random bits. Two that are
/// equal are two saga rows of one millisecond with the same luck; the insert then takes another.
final class SagaIds {

    private static final Instant ORIGIN = Instant.parse("2025-01-01T00:00:00Z");
    private static final int RANDOM_BITS = 22;

    private final InstantSource clock;

    SagaIds(InstantSource clock) {
        this.clock = clock;
    }

    long next() {
        return firstOf(clock.instant()) | ThreadLocalRandom.current().nextLong(1L << RANDOM_BITS);
    }

    /// The smallest id of that millisecond; of moments that have no ids, about 2094 and later, one that no row has
    /// reached.
    static long firstOf(Instant instant) {
        long millis = instant.toEpochMilli() - ORIGIN.toEpochMilli();
        return Math.clamp(millis, Long.MIN_VALUE >> RANDOM_BITS, Long.MAX_VALUE >> RANDOM_BITS) << RANDOM_BITS;
    }
}
