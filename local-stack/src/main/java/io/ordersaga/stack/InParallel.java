package io.ordersaga.stack;

import io.ordersaga.stack.process.StartFailure;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Runs tasks side by side; the first failure interrupts the others and is thrown.
final class InParallel {
    private InParallel() {}

    /// @param limit how many at the same time
    static void run(List<Runnable> tasks, int limit) {
        Semaphore permits = new Semaphore(limit);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> done = new ExecutorCompletionService<>(executor);
            for (Runnable task : tasks) {
                done.submit(() -> {
                    permits.acquire();
                    try {
                        task.run();
                        return null;
                    } finally {
                        permits.release();
                    }
                });
            }
            try {
                for (int i = 0; i < tasks.size(); i++) {
                    done.take().get();
                }
            } catch (ExecutionException e) {
                executor.shutdownNow();
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                executor.shutdownNow();
                Thread.currentThread().interrupt();
                throw new StartFailure("Interrupted while starting", e);
            }
        }
    }
}
