package io.ordersaga.coordinator.admin.query;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Answers that are given again for a moment, so that any number of open pages costs one question. Who asks while
/// somebody else finds out waits for that answer. Thread-safe.
final class Remembered<T> {

    /// Different questions that are remembered.
    private static final int KEYS_MAX = 64;

    private final long forNanos;
    private final Map<String, Slot<T>> slots = new LinkedHashMap<>();

    private static final class Slot<T> {
        private final ReentrantLock lock = new ReentrantLock();
        private Answer<T> answer = new Answer.None<>();
    }

    private sealed interface Answer<T> {
        record None<T>() implements Answer<T> {}

        record Known<T>(T value, long untilNanos) implements Answer<T> {}
    }

    Remembered(Duration duration) {
        this.forNanos = duration.toNanos();
    }

    T answer(String key, Supplier<T> question) {
        Slot<T> slot = slot(key);
        slot.lock.lock();
        try {
            if (slot.answer instanceof Answer.Known<T>(T value, long until) && System.nanoTime() - until < 0) {
                return value;
            }
            T fresh = question.get();
            slot.answer = new Answer.Known<>(fresh, System.nanoTime() + forNanos);
            return fresh;
        } finally {
            slot.lock.unlock();
        }
    }

    private synchronized Slot<T> slot(String key) {
        Slot<T> known = slots.remove(key);
        Slot<T> slot = known == null ? new Slot<>() : known;
        slots.put(key, slot);
        if (slots.size() > KEYS_MAX) {
            var _ = slots.remove(slots.keySet().iterator().next());
        }
        return slot;
    }
}
