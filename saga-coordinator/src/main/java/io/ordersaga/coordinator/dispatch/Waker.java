package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lets a loop sleep until something is due, as far as this node knows. Only a hint: what is forgotten here is
/// found by the next poll.
final class Waker {

    /// Beyond this many known wake-ups the poll alone has to do.
    private static final int WAKE_UPS_MAX = 10_000;
    /// The database counts a wait from when it stores it, which is a little later than when it was decided.
    private static final Duration STORED_LATER = Duration.ofMillis(5);

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Instant> wakeUps = new PriorityQueue<>();
    private boolean wokenNow;

    Waker(InstantSource clock) {
        this.clock = clock;
    }

    void wakeAt(Instant instant) {
        lock.lock();
        try {
            if (wakeUps.size() < WAKE_UPS_MAX) {
                wakeUps.add(instant.plus(STORED_LATER));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void wakeNow() {
        lock.lock();
        try {
            wokenNow = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Returns after `longest`, at the next wake-up, or at once when one was missed.
    void await(Duration longest) {
        long endNanos = System.nanoTime() + longest.toNanos();
        lock.lock();
        try {
            long left = leftNanos(endNanos);
            while (left > 0 && !wokenNow) {
                var _ = changed.awaitNanos(left);
                left = leftNanos(endNanos);
            }
            wokenNow = false;
            forgetPast();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private long leftNanos(long endNanos) {
        long left = endNanos - System.nanoTime();
        Instant next = wakeUps.peek();
        return next == null
                ? left
                : Math.min(left, Duration.between(clock.instant(), next).toNanos());
    }

    private void forgetPast() {
        Instant now = clock.instant();
        for (Instant next = wakeUps.peek(); next != null && !next.isAfter(now); next = wakeUps.peek()) {
            wakeUps.remove();
        }
    }
}
