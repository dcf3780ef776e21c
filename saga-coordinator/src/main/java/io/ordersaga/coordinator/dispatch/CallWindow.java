package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.util.Arrays;

/// The latest calls of one participant: how many were answered, and how long they took. Thread-safe.
final class CallWindow {

    private static final int CALLS_MAX = 256;
    /// What is older says nothing about how the participant is now.
    private static final long AGE_MAX_NANOS = Duration.ofMinutes(5).toNanos();

    private final long[] endNanos = new long[CALLS_MAX];
    private final long[] tookNanos = new long[CALLS_MAX];
    private final boolean[] answered = new boolean[CALLS_MAX];
    private int next;
    private int size;

    record Figures(int calls, int answered, Duration p50, Duration p99) {}

    synchronized void add(long end, long took, boolean wasAnswered) {
        endNanos[next] = end;
        tookNanos[next] = took;
        answered[next] = wasAnswered;
        next = (next + 1) % CALLS_MAX;
        size = Math.min(size + 1, CALLS_MAX);
    }

    synchronized Figures figures(long nowNanos) {
        long[] took = new long[size];
        int calls = 0;
        int answers = 0;
        for (int index = 0; index < size; index++) {
            if (nowNanos - endNanos[index] <= AGE_MAX_NANOS) {
                took[calls++] = tookNanos[index];
                answers += answered[index] ? 1 : 0;
            }
        }
        Arrays.sort(took, 0, calls);
        return new Figures(calls, answers, at(took, calls, 50), at(took, calls, 99));
    }

    private static Duration at(long[] sorted, int count, int percent) {
        if (count == 0) {
            return Duration.ZERO;
        }
        int place = (int) Math.ceil(count * percent / 100.0);
        return Duration.ofNanos(sorted[place - 1]);
    }
}
