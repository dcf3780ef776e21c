package io.ordersaga.coordinator.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Attempts that wait to be written; when there are too many, the newest are dropped and counted. Thread-safe;
/// times are of one monotonic clock, in nanoseconds.
final class Journal {

    /// Rows of one batch: about 200 KB.
    static final int BATCH_MAX = 500;

    private final int capacity;
    private final long delay;
    private final ArrayDeque<AttemptRow> waiting = new ArrayDeque<>();
    private OptionalLong due = OptionalLong.empty();
    private long offered;
    private long settled;

    /// What became of an attempt that was offered.
    enum Offer {
        /// It waits alone.
        FIRST,
        QUEUED,
        DROPPED
    }

    /// @param delay how long an attempt waits for company
    Journal(int capacity, long delay) {
        this.capacity = capacity;
        this.delay = delay;
    }

    synchronized Offer offer(AttemptRow attempt, long now) {
        if (waiting.size() >= capacity) {
            return Offer.DROPPED;
        }
        waiting.add(attempt);
        offered++;
        if (due.isPresent()) {
            return Offer.QUEUED;
        }
        due = OptionalLong.of(now + delay);
        return Offer.FIRST;
    }

    synchronized OptionalLong due() {
        return due;
    }

    synchronized boolean isDue(long now) {
        return due.isPresent() && due.getAsLong() - now <= 0;
    }

    synchronized int size() {
        return waiting.size();
    }

    /// The oldest, as many as go into one batch.
    synchronized List<AttemptRow> take() {
        List<AttemptRow> oldest = new ArrayList<>();
        while (oldest.size() < BATCH_MAX && !waiting.isEmpty()) {
            oldest.add(waiting.removeFirst());
        }
        if (waiting.isEmpty()) {
            due = OptionalLong.empty();
        }
        return oldest;
    }

    /// Of what was taken, `count` attempts are written or dropped; `unwritten` comes first next time, as far as
    /// there is room.
    ///
    /// @return how many there was no room for
    synchronized int cameBack(int count, List<AttemptRow> unwritten, long now) {
        int room = Math.max(0, capacity - waiting.size());
        List<AttemptRow> kept = unwritten.subList(0, Math.min(room, unwritten.size()));
        kept.reversed().forEach(waiting::addFirst);
        if (!kept.isEmpty()) {
            due = OptionalLong.of(now + delay);
        }
        int dropped = unwritten.size() - kept.size();
        settled += count + dropped;
        notifyAll();
        return dropped;
    }

    /// Sends out at once what waits.
    ///
    /// @return what [#awaitSettled] has to wait for
    synchronized long hurry(long now) {
        if (!waiting.isEmpty()) {
            due = OptionalLong.of(now);
        }
        return offered;
    }

    /// Waits until as many attempts as were ever offered when [#hurry] was called are written or dropped.
    ///
    /// @return false when that took longer than `patience`
    synchronized boolean awaitSettled(long target, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (settled < target) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }
}
