package io.ordersaga.coordinator.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What dispatch counts. Labels are closed sets: no gid, no URL.
final class DispatchMetrics {

    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600};

    private record End(String model, SagaStatus status) {}

    private final MeterRegistry registry;
    private final Counter taken;
    private final Counter refused;
    private final Counter claimedAbandoned;
    private final Counter claimedDue;
    private final Counter lost;
    private final Counter parked;
    private final Timer stored;
    private final Map<SagaStatus, Counter> finished = new EnumMap<>(SagaStatus.class);
    private final Map<End, Counter> ended = new ConcurrentHashMap<>();
    private final Map<String, DistributionSummary> durations = new ConcurrentHashMap<>();
    private final Map<Op, Map<String, Counter>> answered = new EnumMap<>(Op.class);

    DispatchMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.taken = registry.counter("ordersaga.sagas.submitted", "answer", "taken");
        this.refused = registry.counter("ordersaga.sagas.submitted", "answer", "refused");
        this.claimedAbandoned = registry.counter("ordersaga.sagas.claimed", "abandoned", "true");
        this.claimedDue = registry.counter("ordersaga.sagas.claimed", "abandoned", "false");
        this.lost = registry.counter("ordersaga.sagas.lost");
        this.parked = registry.counter("ordersaga.sagas.parked");
        this.stored = registry.timer("ordersaga.sagas.stored");
        for (SagaStatus status : SagaStatus.values()) {
            if (status.isTerminal()) {
                finished.put(status, registry.counter("ordersaga.sagas.finished", "status", status.wireName()));
            }
        }
        for (Op op : Op.values()) {
            answered.put(op, new ConcurrentHashMap<>());
        }
    }

    <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    void taken() {
        taken.increment();
    }

    void refused() {
        refused.increment();
    }

    void stored(long nanos) {
        stored.record(nanos, TimeUnit.NANOSECONDS);
    }

    void claimed(boolean abandoned) {
        (abandoned ? claimedAbandoned : claimedDue).increment();
    }

    /// Ours, and DTM's by its names: there a transaction counts with each round of work, here once, with its end.
    void finished(Saga saga, Duration took) {
        SagaStatus status = saga.status();
        String model = saga.definition().mode().wireName();
        ended.computeIfAbsent(
                        new End(model, status),
                        end -> registry.counter(
                                "dtm.transaction.process",
                                "model",
                                model,
                                "status",
                                status == SagaStatus.SUCCEEDED ? "ok" : "fail"))
                .increment();
        durations
                .computeIfAbsent(
                        model,
                        each -> DistributionSummary.builder("dtm.transaction.handled.duration")
                                .tag("model", model)
                                .serviceLevelObjectives(SECONDS)
                                .register(registry))
                .record(took.toNanos() / 1e9);
        Counter counter = finished.get(status);
        if (counter != null) {
            counter.increment();
        }
    }

    void answered(Op op, BranchOutcome outcome) {
        Map<String, Counter> counters = answered.get(op);
        if (counters != null) {
            counters.computeIfAbsent(
                            outcome.word(),
                            word -> registry.counter(
                                    "ordersaga.branches.answered", "op", op.wireName(), "outcome", word))
                    .increment();
        }
    }

    void lost() {
        lost.increment();
    }

    void parked() {
        parked.increment();
    }
}
