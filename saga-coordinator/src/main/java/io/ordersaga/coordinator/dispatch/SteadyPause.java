package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Always the same pause.
final class SteadyPause implements Loop.Pause {

    private final Duration length;
    private final CountDownLatch ended = new CountDownLatch(1);

    SteadyPause(Duration length) {
        this.length = length;
    }

    @Override
    public void await() {
        try {
            var _ = ended.await(length.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void end() {
        ended.countDown();
    }
}
