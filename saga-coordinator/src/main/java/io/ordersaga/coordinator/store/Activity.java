package io.ordersaga.coordinator.store;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many sagas get on side by side, so that it is known whether waiting for company makes sense. Sagas that
/// hang, however many, count little: only the first moments of each count, and only when it is over. Not
/// thread-safe; times are of one monotonic clock, in nanoseconds.
final class Activity {

    private static final long COUNTED_MAX = Duration.ofMillis(100).toNanos();
    /// Time after which something that is over counts a third.
    private static final double FADING = Duration.ofMillis(250).toNanos();

    private final Map<Long, Long> begun = new LinkedHashMap<>();
    private double sum;
    private long updated;

    Activity(long now) {
        updated = now;
    }

    void began(long sagaId, long now) {
        forgetOld(now);
        begun.putIfAbsent(sagaId, now);
    }

    void ended(long sagaId, long now) {
        Long since = begun.remove(sagaId);
        long took = since == null ? COUNTED_MAX : Math.min(COUNTED_MAX, now - since);
        fade(now);
        sum += took;
    }

    /// The mean number of sagas under way, lately.
    double concurrency(long now) {
        fade(now);
        return sum / FADING;
    }

    private void fade(long now) {
        if (now - updated > 0) {
            sum *= Math.exp((updated - now) / FADING);
            updated = now;
        }
    }

    /// What is older counts the same whether it is kept or not.
    private void forgetOld(long now) {
        Iterator<Long> oldest = begun.values().iterator();
        while (oldest.hasNext() && now - oldest.next() > COUNTED_MAX) {
            oldest.remove();
        }
    }
}
