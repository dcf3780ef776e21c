package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Sagas for tests. The actions of step 1, 2, 3 are `shop:1/Step1/Do`, ... and are undone by
/// `shop:1/Step1/Undo`, ...
public final class Sagas {

    public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Sagas() {}

    public static SagaDefinition ofSteps(int count) {
        return ofSteps(count, SagaOptions.DEFAULT);
    }

    public static SagaDefinition ofSteps(int count, SagaOptions options) {
        List<Step> steps = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            steps.add(step(number));
        }
        return of(steps, options);
    }

    public static SagaDefinition of(List<Step> steps, SagaOptions options) {
        return new SagaDefinition(new Gid("gid-1"), new SagaMode(), Protocol.GRPC, steps, new TreeMap<>(), options);
    }

    public static SagaDefinition ofPayload(byte[] payload) {
        return of(List.of(new Step(action(1), compensation(1), Bytes.of(payload))), SagaOptions.DEFAULT);
    }

    public static SagaDefinition named(String gid, SagaDefinition saga) {
        return new SagaDefinition(
                new Gid(gid), saga.mode(), saga.protocol(), saga.steps(), saga.branchHeaders(), saga.options());
    }

    public static Step step(int number) {
        return new Step(action(number), compensation(number), Bytes.of("payload " + number));
    }

    public static String action(int number) {
        return "shop:1/Step" + number + "/Do";
    }

    public static String compensation(int number) {
        return "shop:1/Step" + number + "/Undo";
    }

    public static SagaOptions timeoutToFail(Duration timeout) {
        return new SagaOptions(Duration.ZERO, Duration.ZERO, timeout, 0);
    }

    public static SagaOptions retryLimit(int limit) {
        return new SagaOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, limit);
    }

    public static SagaOptions retryInterval(Duration interval) {
        return new SagaOptions(interval, Duration.ZERO, Duration.ZERO, 0);
    }

    /// The same, with all actions side by side.
    public static SagaOptions concurrent(SagaOptions options) {
        return concurrent(options, Map.of());
    }

    /// The same, with each action waiting for those that `orders` names, numbered from 0.
    public static SagaOptions concurrent(SagaOptions options, Map<Integer, Set<Integer>> orders) {
        SortedMap<Integer, SortedSet<Integer>> sorted = new TreeMap<>();
        orders.forEach((step, before) -> sorted.put(step, new TreeSet<>(before)));
        return new SagaOptions(
                options.retryInterval(),
                options.requestTimeout(),
                options.timeoutToFail(),
                options.retryLimit(),
                true,
                sorted);
    }

    /// A concurrent saga.
    public static SagaDefinition ofOrders(int steps, Map<Integer, Set<Integer>> orders) {
        return ofSteps(steps, concurrent(SagaOptions.DEFAULT, orders));
    }
}
