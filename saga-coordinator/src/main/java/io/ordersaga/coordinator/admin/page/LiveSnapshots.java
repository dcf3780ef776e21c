package io.ordersaga.coordinator.admin.page;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What open pages are told again and again, asked for once: however many of them there are, this node asks its
/// services no more than so often in a second. When there are too many different questions for that, answers get older
/// instead. Thread-safe; who asks for what is being asked for already waits for that answer.
final class LiveSnapshots {

    private final InstantSource clock;
    private final Duration freshness;
    private final Duration perLoad;
    private final int entriesMax;
    private final Map<Object, Answer> entries;
    private Instant nextLoad;

    /// @param freshness an answer that is younger is given again
    /// @param loadsPerSecond how often old answers are replaced, at most, on the average
    LiveSnapshots(InstantSource clock, Duration freshness, double loadsPerSecond, int entriesMax) {
        this.clock = clock;
        this.freshness = freshness;
        this.perLoad = Duration.ofNanos((long) (1_000_000_000 / loadsPerSecond));
        this.entriesMax = entriesMax;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @java.io.Serial
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Object, Answer> eldest) {
                return size() > LiveSnapshots.this.entriesMax;
            }
        };
        this.nextLoad = clock.instant();
    }

    private static final class Answer {
        private volatile @Nullable Object value;
        private Instant loaded = Instant.EPOCH;
    }

    /// The answer to a question, by a key that is equal for equal questions of equal rights.
    <T> T get(Class<T> type, Object key, Supplier<T> load) {
        return get(type, key, freshness, load);
    }

    /// The same, when it may be of another age than usual.
    <T> T get(Class<T> type, Object key, Duration fresh, Supplier<T> load) {
        Answer entry = entry(key);
        synchronized (entry) {
            Object known = entry.value;
            if (known != null && !mayReplace(entry.loaded.plus(fresh))) {
                return type.cast(known);
            }
            T loaded = load.get();
            entry.value = loaded;
            entry.loaded = clock.instant();
            return loaded;
        }
    }

    /// The answer of now, for who comes anew; open pages get it too.
    <T> T renew(Object key, Supplier<T> load) {
        T loaded = load.get();
        Answer answer = entry(key);
        synchronized (answer) {
            answer.value = loaded;
            answer.loaded = clock.instant();
        }
        return loaded;
    }

    /// The last answer to a question, however old; empty when nobody asked it. Never asks.
    <T> Optional<T> known(Class<T> type, Object key) {
        Answer answer;
        synchronized (this) {
            answer = entries.get(key);
        }
        return Optional.ofNullable(answer).map(one -> one.value).map(type::cast);
    }

    /// After a change everybody wants to see what came of it.
    synchronized void forget() {
        entries.clear();
    }

    private synchronized Answer entry(Object key) {
        return entries.computeIfAbsent(key, unknown -> new Answer());
    }

    private synchronized boolean mayReplace(Instant old) {
        Instant now = clock.instant();
        if (old.isAfter(now) || nextLoad.isAfter(now)) {
            return false;
        }
        // What was not used is not saved up, but for a second.
        Instant floor = now.minusSeconds(1);
        nextLoad = (nextLoad.isBefore(floor) ? floor : nextLoad).plus(perLoad);
        return true;
    }
}
