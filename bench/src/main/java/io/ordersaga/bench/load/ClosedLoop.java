package io.ordersaga.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/// Callers that each wait for their answer before they call again.
public final class ClosedLoop {
    private ClosedLoop() {}

    /// Runs for this long, and then until the last call has been answered.
    public static Measured run(int callers, Duration time, Operation operation) {
        long began = System.nanoTime();
        long end = began + time.toNanos();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<Measured>> running = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                running.add(threads.submit(() -> one(end, operation)));
            }
            Measured all = Measured.nothing();
            for (Future<Measured> caller : running) {
                all = all.plus(get(caller));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            return new Measured(all.succeeded(), all.failed(), took, all.latencies());
        }
    }

    /// Runs until every one of `count` operations has been answered.
    public static Measured times(int callers, long count, Operation operation) {
        long began = System.nanoTime();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<Measured>> running = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                long share = count / callers + (caller < count % callers ? 1 : 0);
                running.add(threads.submit(() -> share(share, operation)));
            }
            Measured all = Measured.nothing();
            for (Future<Measured> caller : running) {
                all = all.plus(get(caller));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            return new Measured(all.succeeded(), all.failed(), took, all.latencies());
        }
    }

    private static Measured one(long end, Operation operation) {
        Histogram latencies = Measured.histogram();
        long succeeded = 0;
        long failed = 0;
        while (System.nanoTime() < end) {
            if (timed(operation, latencies)) {
                succeeded++;
            } else {
                failed++;
            }
        }
        return new Measured(succeeded, failed, Duration.ZERO, latencies);
    }

    private static Measured share(long count, Operation operation) {
        Histogram latencies = Measured.histogram();
        long succeeded = 0;
        for (long call = 0; call < count; call++) {
            if (timed(operation, latencies)) {
                succeeded++;
            }
        }
        return new Measured(succeeded, count - succeeded, Duration.ZERO, latencies);
    }

    private static boolean timed(Operation operation, Histogram latencies) {
        long began = System.nanoTime();
        try {
            operation.call();
        } catch (RuntimeException e) {
            // Counted; what was called keeps which one it was.
            return false;
        }
        latencies.recordValue(Measured.clamped(System.nanoTime() - began));
        return true;
    }

    private static Measured get(Future<Measured> caller) {
        try {
            return caller.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a caller broke", e.getCause());
        }
    }
}
