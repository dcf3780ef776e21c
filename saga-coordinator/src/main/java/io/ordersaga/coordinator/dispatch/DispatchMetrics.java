package io.ordersaga.coordinator.dispatch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.util.function.ToDoubleFunction;

/// What dispatch counts. Labels are closed sets: no gid, no URL.
final class DispatchMetrics {

    private final MeterRegistry registry;

    DispatchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    void submitted(String answer) {
        registry.counter("ordersaga.sagas.submitted", "answer", answer).increment();
    }

    void claimed(boolean abandoned) {
        registry.counter("ordersaga.sagas.claimed", "abandoned", String.valueOf(abandoned))
                .increment();
    }

    void finished(SagaStatus status) {
        registry.counter("ordersaga.sagas.finished", "status", status.wireName())
                .increment();
    }

    void answered(Op op, BranchOutcome outcome) {
        registry.counter("ordersaga.branches.answered", "op", op.wireName(), "outcome", outcome.word())
                .increment();
    }

    void lost() {
        registry.counter("ordersaga.sagas.lost").increment();
    }
}
