package io.ordersaga.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private static final long CALL_NANOS = 5_000_000;

    @Test
    void everyCallIsCountedOnceAndTimed() {
        AtomicLong calls = new AtomicLong();
        Measured measured = ClosedLoop.times(3, 100, () -> {
            LockSupport.parkNanos(CALL_NANOS);
            if (calls.incrementAndGet() % 10 == 0) {
                throw new IllegalStateException("every tenth");
            }
        });

        assertThat(calls).hasValue(100);
        assertThat(measured.succeeded()).isEqualTo(90);
        assertThat(measured.failed()).isEqualTo(10);
        assertThat(measured.latencies().getTotalCount()).isEqualTo(90);
        assertThat(measured.millis(50)).isGreaterThanOrEqualTo(CALL_NANOS / 1e6 * 0.9);
    }

    @Test
    void callersWaitForTheirAnswersAndAreTogether() {
        AtomicLong inside = new AtomicLong();
        AtomicLong most = new AtomicLong();
        Measured measured = ClosedLoop.run(4, Duration.ofMillis(200), () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            LockSupport.parkNanos(CALL_NANOS);
            inside.decrementAndGet();
        });

        assertThat(most).hasValueBetween(2, 4);
        assertThat(measured.succeeded()).isPositive();
        assertThat(measured.took()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
}
