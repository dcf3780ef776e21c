package io.ordersaga.saga.test;

import io.ordersaga.coordinator.engine.TopicStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Topics and their subscribers. Thread-safe.
final class MemoryTopics implements TopicStore {
    private final Map<String, List<Subscriber>> topics = new HashMap<>();

    @Override
    public synchronized void change(String topic, Change change) {
        topics.put(topic, List.copyOf(change.of(subscribers(topic))));
    }

    @Override
    public synchronized boolean delete(String topic) {
        return topics.remove(topic) != null;
    }

    @Override
    public synchronized List<Subscriber> subscribers(String topic) {
        return topics.getOrDefault(topic, List.of());
    }

    /// Only whether there is one: DTM has no way to look at topics over gRPC.
    @Override
    public synchronized Optional<Entry> find(String category, String key) {
        return category.equals(TOPICS) && topics.containsKey(key)
                ? Optional.of(new Entry(1, category, key, "[]", 1, Instant.EPOCH, Instant.EPOCH))
                : Optional.empty();
    }

    @Override
    public List<Entry> list(String category, long beforeId, int limit) {
        return List.of();
    }
}
