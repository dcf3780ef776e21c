package io.ordersaga.coordinator.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// What was worked out for a URL, so that it is not worked out with every call. URLs come from submitters, so
/// everything is forgotten when there are too many. Thread-safe.
final class UrlMemory<V> {

    private static final int URLS_MAX = 10_000;

    private final Map<String, V> known = new ConcurrentHashMap<>();
    private final Function<String, V> working;

    UrlMemory(Function<String, V> working) {
        this.working = working;
    }

    V of(String url) {
        V value = known.get(url);
        if (value == null) {
            value = working.apply(url);
            if (known.size() >= URLS_MAX) {
                known.clear();
            }
            known.put(url, value);
        }
        return value;
    }
}
