package io.ordersaga.pay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// What this program does unasked, from its start to its end: each job on a thread of its own, because
/// one that waits for a provider must not keep the others waiting, and with a pause between its turns.
public final class Jobs implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Jobs.class);

    private record Job(String name, Duration pause, Runnable turn) {}

    private final List<Job> jobs = new ArrayList<>();
    private @Nullable ScheduledExecutorService threads;

    /// To be called before the start.
    public Jobs every(Duration pause, String name, Runnable turn) {
        jobs.add(new Job(name, pause, turn));
        return this;
    }

    @Override
    public synchronized void start() {
        if (jobs.isEmpty() || threads != null) {
            return;
        }
        ScheduledExecutorService started = Executors.newScheduledThreadPool(
                jobs.size(), Thread.ofPlatform().name("job-", 1).daemon().factory());
        for (Job job : jobs) {
            var _ = started.scheduleWithFixedDelay(
                    () -> take(job), 0, job.pause().toMillis(), TimeUnit.MILLISECONDS);
        }
        threads = started;
    }

    @Override
    public synchronized void stop() {
        if (threads != null) {
            threads.shutdownNow();
            threads = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return threads != null;
    }

    private static void take(Job job) {
        try {
            job.turn().run();
        } catch (RuntimeException e) {
            // Such as a database that is away. Were it thrown on, there would be no next turn.
            log.error("The job '{}' went wrong and has its next turn as usual", job.name(), e);
        }
    }
}
