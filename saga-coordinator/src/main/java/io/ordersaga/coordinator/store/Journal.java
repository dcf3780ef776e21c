package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Attempts that wait to be written; when there are too many, the newest are dropped and counted.
/// Those of one saga wait for each other, and go out as one row. Thread-safe; times are of one
/// monotonic clock, in nanoseconds.
final class Journal {

    /// Attempts of one batch: about 200 KB.
    static final int BATCH_MAX = 500;
    /// Attempts of one row.
    static final int ROW_MAX = 50;

    /// A row that is not written yet.
    private static final class Kept {
        private final long id;
        private final List<Attempt> attempts;
        private long due;

        Kept(AttemptRow row, long due) {
            this.id = row.id();
            this.attempts = new ArrayList<>(row.attempts());
            this.due = due;
        }
    }

    private final int capacity;
    private final long delay;
    /// By saga, in the order in which they are due.
    private final Map<Long, Kept> open = new LinkedHashMap<>();
    /// Those that nothing is added to any more.
    private final ArrayDeque<Kept> full = new ArrayDeque<>();
    private int size;
    private long offered;
    private long settled;

    /// What became of an attempt that was offered.
    enum Offer {
        /// It waits alone.
        FIRST,
        QUEUED,
        DROPPED
    }

    /// @param capacity attempts that may wait
    /// @param delay how long the first attempt of a row waits for company
    Journal(int capacity, long delay) {
        this.capacity = capacity;
        this.delay = delay;
    }

    /// @param row with one attempt
    synchronized Offer offer(AttemptRow row, long now) {
        if (size >= capacity) {
            return Offer.DROPPED;
        }
        boolean first = size == 0;
        size++;
        offered++;
        Kept before = open.get(row.first().sagaId());
        if (before != null && before.attempts.size() < ROW_MAX) {
            before.attempts.add(row.first());
            return Offer.QUEUED;
        }
        if (before != null) {
            open.remove(row.first().sagaId());
            full.add(before);
        }
        open.put(row.first().sagaId(), new Kept(row, now + delay));
        return first ? Offer.FIRST : Offer.QUEUED;
    }

    /// When the first row has to go out; empty when there is none.
    synchronized OptionalLong due() {
        if (full.isEmpty() && open.isEmpty()) {
            return OptionalLong.empty();
        }
        if (full.isEmpty() || open.isEmpty()) {
            return OptionalLong.of((full.isEmpty() ? firstOpen() : full.getFirst()).due);
        }
        long oneDue = full.getFirst().due;
        long otherDue = firstOpen().due;
        return OptionalLong.of(oneDue - otherDue <= 0 ? oneDue : otherDue);
    }

    private Kept firstOpen() {
        return open.values().iterator().next();
    }

    synchronized boolean isDue(long now) {
        OptionalLong due = due();
        return due.isPresent() && due.getAsLong() - now <= 0;
    }

    synchronized int size() {
        return size;
    }

    /// What is due or soon will be, as much as goes into one batch. While half of all room is taken,
    /// what is not due goes, too.
    synchronized List<AttemptRow> take(long now) {
        List<AttemptRow> taken = new ArrayList<>();
        long soon = now + delay / 4;
        int room = BATCH_MAX;
        room = take(full.iterator(), soon, room, taken);
        take(open.values().iterator(), soon, room, taken);
        return taken;
    }

    /// @return the room that is left
    private int take(Iterator<Kept> rows, long soon, int room, List<AttemptRow> taken) {
        int left = room;
        while (left > 0 && rows.hasNext()) {
            Kept next = rows.next();
            if (next.due - soon > 0 && size <= capacity / 2) {
                break;
            }
            rows.remove();
            taken.add(new AttemptRow(next.id, next.attempts));
            size -= next.attempts.size();
            left -= next.attempts.size();
        }
        return left;
    }

    /// Of what was taken, `count` attempts are written or dropped; `unwritten` comes first next time,
    /// as far as there is room.
    ///
    /// @return how many attempts there was no room for
    synchronized int cameBack(int count, List<AttemptRow> unwritten, long now) {
        int dropped = 0;
        List<Kept> again = new ArrayList<>();
        for (AttemptRow row : unwritten) {
            if (size + row.attempts().size() <= capacity) {
                size += row.attempts().size();
                again.add(new Kept(row, now + delay));
            } else {
                dropped += row.attempts().size();
            }
        }
        again.reversed().forEach(full::addFirst);
        settled += count + dropped;
        notifyAll();
        return dropped;
    }

    /// Sends out at once what waits.
    ///
    /// @return what [#awaitSettled] has to wait for
    synchronized long hurry(long now) {
        full.forEach(kept -> kept.due = now);
        open.values().forEach(kept -> kept.due = now);
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
