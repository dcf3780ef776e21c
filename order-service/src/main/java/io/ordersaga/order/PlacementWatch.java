package io.ordersaga.order;

import io.grpc.Context;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets callers wait until orders are no longer being placed. However many wait, one statement per interval
/// looks at all their orders, and none while nobody waits. Thread-safe.
final class PlacementWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PlacementWatch.class);

    /// What a caller needs to get the answer.
    private static final Duration RESERVE = Duration.ofMillis(300);

    /// Orders that one statement looks at.
    private static final int CHUNK = 500;

    private final OrderListTable orders;
    private final OrderConfig.Watch config;
    private final Semaphore places;
    /// By order.
    private final Map<String, Waited> waiting = new ConcurrentHashMap<>();

    /// @param settled completed when the order is no longer being placed
    /// @param callers how many wait for it
    private record Waited(CompletableFuture<Void> settled, int callers) {}

    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("placement-watch").daemon().factory());

    PlacementWatch(OrderListTable orders, OrderConfig.Watch config) {
        this.orders = orders;
        this.config = config;
        this.places = new Semaphore(config.waiters());
    }

    void start() {
        long interval = config.interval().toNanos();
        var _ = looks.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.NANOSECONDS);
    }

    /// Returns when the order is no longer being placed, or the time is over, or the caller has gone, or
    /// too many wait already.
    void await(String orderId, Duration wanted) {
        Duration time = bounded(wanted);
        if (!time.isPositive() || !places.tryAcquire()) {
            return;
        }
        CompletableFuture<Void> settled = enter(orderId);
        CompletableFuture<Void> mine = settled.copy();
        Context.CancellationListener gone = context -> mine.complete(null);
        Context.current().addListener(gone, Runnable::run);
        try {
            mine.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // The caller is shown the order as it is.
            log.debug("Still being placed");
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nothing completes it with a failure", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Context.current().removeListener(gone);
            leave(orderId, settled);
            places.release();
        }
    }

    private CompletableFuture<Void> enter(String orderId) {
        return waiting.compute(
                        orderId,
                        (id, waited) -> waited == null
                                ? new Waited(new CompletableFuture<>(), 1)
                                : new Waited(waited.settled(), waited.callers() + 1))
                .settled();
    }

    @SuppressWarnings("ReferenceEquality") // Whether it is still the entry that this caller has entered.
    private void leave(String orderId, CompletableFuture<Void> settled) {
        waiting.computeIfPresent(orderId, (id, waited) -> {
            if (waited.settled() != settled) {
                return waited;
            }
            return waited.callers() == 1 ? null : new Waited(settled, waited.callers() - 1);
        });
    }

    /// How many wait.
    int waiting() {
        return config.waiters() - places.availablePermits();
    }

    private Duration bounded(Duration wanted) {
        Duration time = wanted.compareTo(config.longest()) < 0 ? wanted : config.longest();
        io.grpc.Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return time;
        }
        Duration left =
                Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(RESERVE);
        return time.compareTo(left) < 0 ? time : left;
    }

    // The border of a thread: what is thrown here would end all looks for ever, silently.
    @SuppressWarnings("CatchThrowable")
    private void look() {
        try {
            List<String> orderIds = List.copyOf(waiting.keySet());
            for (int i = 0; i < orderIds.size(); i += CHUNK) {
                lookAt(orderIds.subList(i, Math.min(i + CHUNK, orderIds.size())));
            }
        } catch (Throwable failure) {
            log.warn("Could not look at the orders that are waited for; the next look is soon: {}", failure.toString());
        }
    }

    private void lookAt(List<String> orderIds) {
        Set<String> settled = new HashSet<>(orderIds);
        orders.stillPlacing(orderIds).forEach(settled::remove);
        for (String orderId : settled) {
            Waited waited = waiting.remove(orderId);
            if (waited != null) {
                waited.settled().complete(null);
            }
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
        waiting.values().forEach(waited -> waited.settled().complete(null));
    }
}
