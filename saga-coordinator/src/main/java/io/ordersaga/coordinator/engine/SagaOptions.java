package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a submitter may tune. A zero means: the coordinator's setting, or no limit.
///
/// @param concurrent whether every action starts as soon as the actions it waits for have succeeded, and not one
///     after the other
/// @param orders which other actions, by number from 0, the action of a step waits for; an entry without any
///     says nothing and is dropped
public record SagaOptions(
        Duration retryInterval,
        Duration requestTimeout,
        Duration timeoutToFail,
        int retryLimit,
        boolean concurrent,
        SortedMap<Integer, SortedSet<Integer>> orders) {

    public static final SagaOptions DEFAULT = new SagaOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);

    public SagaOptions {
        notNegative("retry_interval", retryInterval.isNegative());
        notNegative("request_timeout", requestTimeout.isNegative());
        notNegative("timeout_to_fail", timeoutToFail.isNegative());
        notNegative("retry_limit", retryLimit < 0);
        orders = orders.isEmpty() ? Collections.emptySortedMap() : copy(orders);
    }

    /// One action after the other.
    public SagaOptions(Duration retryInterval, Duration requestTimeout, Duration timeoutToFail, int retryLimit) {
        this(retryInterval, requestTimeout, timeoutToFail, retryLimit, false, Collections.emptySortedMap());
    }

    SagaOptions withTimeoutToFail(Duration timeout) {
        return new SagaOptions(retryInterval, requestTimeout, timeout, retryLimit, concurrent, orders);
    }

    private static SortedMap<Integer, SortedSet<Integer>> copy(SortedMap<Integer, SortedSet<Integer>> orders) {
        SortedMap<Integer, SortedSet<Integer>> copy = new TreeMap<>();
        orders.forEach((step, before) -> {
            if (!before.isEmpty()) {
                copy.put(step, Collections.unmodifiableSortedSet(new TreeSet<>(before)));
            }
        });
        return Collections.unmodifiableSortedMap(copy);
    }

    private static void notNegative(String field, boolean negative) {
        if (negative) {
            throw new InvalidSagaException(field, "must not be negative");
        }
    }
}
