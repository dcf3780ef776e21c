package io.ordersaga.simulation.kernel;

import java.util.PriorityQueue;

/// Virtual time in microseconds from 0, and what happens when. Two things of one instant happen in the order in
/// which they were planned.
public final class Timeline {

    public static final long MILLISECOND = 1_000;
    public static final long SECOND = 1_000_000;

    private final PriorityQueue<Planned> planned = new PriorityQueue<>(64);
    private long now;
    private long sequence;

    private record Planned(long at, long sequence, Runnable what) implements Comparable<Planned> {
        @Override
        public int compareTo(Planned other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    public long now() {
        return now;
    }

    public void after(long micros, Runnable what) {
        at(now + Math.max(0, micros), what);
    }

    public void at(long instant, Runnable what) {
        planned.add(new Planned(Math.max(now, instant), sequence++, what));
    }

    /// Lets the next thing happen, unless that would be after `limit`; time is then `limit`.
    ///
    /// @return whether something happened
    public boolean step(long limit) {
        Planned next = planned.peek();
        if (next == null || next.at > limit) {
            now = Math.max(now, limit);
            return false;
        }
        planned.remove();
        now = next.at;
        next.what.run();
        return true;
    }

    /// How many things were planned so far.
    public long count() {
        return sequence;
    }
}
