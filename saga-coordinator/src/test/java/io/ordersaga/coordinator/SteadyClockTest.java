package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final AtomicReference<Instant> timeOfDay = new AtomicReference<>(START);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final SteadyClock clock = new SteadyClock(timeOfDay::get, nanos::get);

    @Test
    void goesOnFromTheTimeOfDayAtItsStart() {
        assertThat(clock.instant()).isEqualTo(START);

        nanos.addAndGet(1_500_000_000L); // beyond the largest number, as System.nanoTime may go

        assertThat(clock.instant()).isEqualTo(START.plusMillis(1_500));
    }

    @Test
    void doesNotJumpWithTheTimeOfDay() {
        timeOfDay.set(START.minusSeconds(3_600));

        assertThat(clock.instant()).isEqualTo(START);
    }

    @Test
    void startsWithTheTimeOfDay() {
        InstantSource system = InstantSource.system();
        Instant before = system.instant();

        assertThat(SteadyClock.started().instant()).isBetween(before, system.instant());
    }
}
