package io.ordersaga.saga.test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// The real time, and what was skipped on top. It never goes back. Thread-safe.
final class SkippingClock implements InstantSource {
    private final InstantSource real = InstantSource.system();
    private final AtomicReference<Duration> skipped = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return real.instant().plus(skipped.get());
    }

    void skip(Duration time) {
        if (time.isPositive()) {
            var _ = skipped.updateAndGet(before -> before.plus(time));
        }
    }

    void skipTo(Instant instant) {
        skip(Duration.between(instant(), instant));
    }
}
