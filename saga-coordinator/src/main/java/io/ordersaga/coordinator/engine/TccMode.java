package io.ordersaga.coordinator.engine;

import java.time.Instant;

/// DTM's `tcc`: the application registers each branch and tries it itself; the coordinator confirms all after a
/// submit, or cancels all after an abort or when nobody decided in time, the one registered last first.
public record TccMode() implements Mode {

    @Override
    public String wireName() {
        return "tcc";
    }

    @Override
    public String opName(Op op) {
        return switch (op) {
            case ACTION -> "confirm";
            case COMPENSATION -> "cancel";
        };
    }

    @Override
    public boolean endsAtDeadline(SagaStatus status) {
        return false;
    }

    @Override
    public Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        return new SecondPhase(this, true).decide(saga, event, now, waits);
    }
}
