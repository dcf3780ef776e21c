package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/// How many sagas may run at once because they were submitted here: as many as this machine, its
/// database and its participants carry.
///
/// What is looked at is how long storing a new saga takes. A slow participant leaves that alone, and
/// such sagas cost little but memory; a processor or database with too much to do shows in it at once.
/// So the limit shrinks while storing takes longer than the goal, and grows while it is used up and
/// storing is quick. A database that is far away may take twice the goal, as long as it does not take
/// three times longer than it did at best of late.
///
/// The limit also shrinks while more than half of those that take a place are turned away afterwards,
/// because the participants they are for have enough to do: then reading them is work for nothing.
///
/// Sagas that hang on a participant that does not answer take no place from the others, up to the most
/// that may run at all. Safe for any number of threads.
final class Admission {

    /// Between two adjustments, so that each sees what the one before it did.
    private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();

    private static final double SHRINK = 0.95;
    private static final double GROW = 1.0625;
    /// From this share on the limit counts as used up.
    private static final double USED_UP = 0.8;
    private static final double OF_BEST_MAX = 3;
    private static final double OF_GOAL_MAX = 2;
    /// How quickly the best is forgotten: by half within some seven seconds.
    private static final double FORGET = 1.01;

    private final int least;
    private final int most;
    private final double goalNanos;
    private final AtomicInteger running = new AtomicInteger();
    private final ReentrantLock adjusting = new ReentrantLock();
    private final IntSupplier hanging;
    /// Since the last adjustment.
    private final AtomicInteger entered = new AtomicInteger();

    private final AtomicInteger turnedAway = new AtomicInteger();
    private volatile int limit;
    private volatile int hung;
    private volatile double averageNanos;
    private volatile long windowEndNanos;
    private double bestNanos = Double.MAX_VALUE;

    /// @param least the limit never goes below it, unless `most` is less
    /// @param most the limit never goes above it
    /// @param goal storing may take so long however quick it was before
    /// @param hanging counts those that hang; asked now and then, and only when the limit is used up
    Admission(int least, int most, Duration goal, IntSupplier hanging, long nowNanos) {
        this.hanging = hanging;
        this.least = Math.min(least, most);
        this.most = most;
        this.goalNanos = goal.toNanos();
        this.limit = Math.max(this.least, most / 2);
        this.windowEndNanos = nowNanos + WINDOW_NANOS;
    }

    /// Takes a place if there is one; it has to be left again.
    boolean enter(long nowNanos) {
        int before = running.get();
        while (before < places()) {
            if (running.compareAndSet(before, before + 1)) {
                entered.incrementAndGet();
                return true;
            }
            before = running.get();
        }
        adjust(nowNanos);
        return false;
    }

    void leave() {
        running.decrementAndGet();
    }

    /// What had taken a place is not run; the place has to be left as well.
    void turnedAway(long nowNanos) {
        turnedAway.incrementAndGet();
        adjust(nowNanos);
    }

    /// Whether [#enter] would say no.
    boolean isFull(long nowNanos) {
        if (running.get() < places()) {
            return false;
        }
        adjust(nowNanos);
        return running.get() >= places();
    }

    private int places() {
        return Math.min(most, limit + hung);
    }

    int running() {
        return running.get();
    }

    int limit() {
        return limit;
    }

    /// A saga was stored.
    void stored(long tookNanos, long nowNanos) {
        // Threads may overtake each other here; an average does not mind one sample less.
        double average = averageNanos;
        averageNanos = average == 0 ? tookNanos : average + (tookNanos - average) / 16;
        adjust(nowNanos);
    }

    private void adjust(long nowNanos) {
        if (nowNanos - windowEndNanos < 0 || !adjusting.tryLock()) {
            return;
        }
        try {
            if (nowNanos - windowEndNanos < 0) {
                return;
            }
            windowEndNanos = nowNanos + WINDOW_NANOS;
            hung = running.get() >= limit ? hanging.getAsInt() : 0;
            double average = averageNanos;
            bestNanos = average == 0 ? bestNanos : Math.min(bestNanos * FORGET, average);
            boolean mostInVain = turnedAway.getAndSet(0) > entered.getAndSet(0) / 2;
            double allowed = Math.clamp(bestNanos * OF_BEST_MAX, goalNanos, goalNanos * OF_GOAL_MAX);
            if (average > allowed) {
                limit = Math.max(least, (int) (limit * SHRINK));
                // Nothing stored until then means that nothing speaks against more.
                averageNanos = average * SHRINK;
            } else if (mostInVain) {
                limit = Math.max(least, (int) (limit * SHRINK));
            } else if (running.get() - hung >= limit * USED_UP) {
                limit = Math.min(most, (int) Math.ceil(limit * GROW));
            }
        } finally {
            adjusting.unlock();
        }
    }
}
