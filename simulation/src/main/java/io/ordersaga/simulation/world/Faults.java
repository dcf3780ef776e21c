package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.simulation.kernel.Rng;
import io.ordersaga.simulation.kernel.Trace;
import java.util.Map;
import java.util.function.IntFunction;

/// Decides what goes wrong, and keeps count.
final class Faults {

    private final Rng rng;
    private final Map<FaultKind, Double> rates;
    private final Trace trace;
    private final IntFunction<SagaStatus> status;
    private final IntFunction<Shape> shape;
    private final Coverage coverage = new Coverage();
    private boolean healed;

    /// @param status of a saga, by its number
    Faults(
            Rng rng,
            Map<FaultKind, Double> rates,
            Trace trace,
            IntFunction<SagaStatus> status,
            IntFunction<Shape> shape) {
        this.rng = rng;
        this.rates = rates;
        this.trace = trace;
        this.status = status;
        this.shape = shape;
    }

    void heal() {
        healed = true;
    }

    boolean isHealed() {
        return healed;
    }

    /// Whether a fault strikes what is being done for a saga.
    boolean strikes(FaultKind kind, int saga) {
        if (!mayStrike(kind) || !rng.chance(rate(kind))) {
            return false;
        }
        strike(kind, saga);
        return true;
    }

    /// Whether a fault strikes, said by its own dice.
    void strike(FaultKind kind, int saga) {
        coverage.strike(kind);
        trace.note("fault", kind.name(), saga, 0, "");
        meets(kind, saga);
    }

    /// A fault that strikes several sagas met this one too.
    void meets(FaultKind kind, int saga) {
        if (saga >= 0) {
            coverage.meet(kind, status.apply(saga), shape.apply(saga));
        }
    }

    boolean mayStrike(FaultKind kind) {
        return !healed && rate(kind) > 0;
    }

    private double rate(FaultKind kind) {
        return rates.getOrDefault(kind, 0.0);
    }

    Coverage coverage() {
        return coverage;
    }
}
