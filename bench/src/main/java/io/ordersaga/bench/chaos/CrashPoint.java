package io.ordersaga.bench.chaos;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A moment that passes again and again, and at which something is done once when somebody has asked for it.
/// Thread-safe.
final class CrashPoint {
    private final AtomicReference<@Nullable Trap> armed = new AtomicReference<>();

    /// What happens once, unless nobody waits for it any more.
    private record Trap(Runnable action, CompletableFuture<Boolean> sprung, AtomicBoolean spent) {
        boolean await(Duration limit) {
            try {
                return sprung.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Nothing came by, so nothing happened, and nothing may happen later; unless it does at this moment.
                return !spent.compareAndSet(false, true) && sprung.join();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /// Does this at the next such moment; false when there was none within the limit.
    boolean next(Runnable action, Duration limit) {
        Trap trap = new Trap(action, new CompletableFuture<>(), new AtomicBoolean());
        Trap earlier = armed.getAndSet(trap);
        if (earlier != null && earlier.spent().compareAndSet(false, true)) {
            earlier.sprung().complete(false);
        }
        return trap.await(limit);
    }

    boolean isArmed() {
        return armed.get() != null;
    }

    /// The moment is now; true when something was done.
    boolean springs() {
        Trap trap = armed.getAndSet(null);
        if (trap == null || !trap.spent().compareAndSet(false, true)) {
            return false;
        }
        try {
            trap.action().run();
        } finally {
            trap.sprung().complete(true);
        }
        return true;
    }
}
