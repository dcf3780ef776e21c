package io.ordersaga.coordinator;

import io.ordersaga.coordinator.admin.query.MinuteRecorder;
import io.ordersaga.coordinator.admin.retention.Purge;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// What a node does now and then beside sagas: writes down its counts, and purges what is old. It never keeps sagas
/// waiting: one thread, and a failure is logged and forgotten until the next time.
final class Housekeeping implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration COUNTS_EVERY = Duration.ofSeconds(10);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final Duration ACCESS_EVERY = Duration.ofMinutes(5);

    private final MinuteRecorder minutes;
    private final Purge purge;
    private final Runnable access;
    private final Duration purgeEvery;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());
    private volatile boolean running;

    /// @param access forgets sessions and attempts to sign in that are over
    Housekeeping(MinuteRecorder minutes, Purge purge, Runnable access, Duration purgeEvery) {
        this.minutes = minutes;
        this.purge = purge;
        this.access = access;
        this.purgeEvery = purgeEvery;
    }

    @Override
    public void start() {
        every(COUNTS_EVERY, "writing down counts", minutes::record);
        every(purgeEvery, "purging", () -> {
            int _ = purge.round();
        });
        every(FORGET_EVERY, "forgetting old counts", minutes::forget);
        every(ACCESS_EVERY, "forgetting ended sessions", access);
        running = true;
    }

    private void every(Duration period, String what, Runnable work) {
        var _ = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException failure) {
                        log.warn("{} failed, and is tried again in {}", what, period, failure);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        thread.shutdownNow();
        try {
            // The last counts, and the duty for others; without them nothing is lost that matters.
            if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
                minutes.record();
                purge.leave();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            log.debug("the database was gone before the last counts were written", failure);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
