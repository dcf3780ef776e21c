package io.ordersaga.coordinator.engine;

import java.time.Instant;

/// DTM's `xa`: a resource manager registers itself from inside its local XA transaction; the coordinator tells all
/// to commit after a submit, or to roll back after an abort or when nobody decided in time, in the order in which
/// they were registered. The coordinator itself never speaks XA to a database.
public record XaMode() implements Mode {

    @Override
    public String wireName() {
        return "xa";
    }

    @Override
    public String opName(Op op) {
        return switch (op) {
            case ACTION -> "commit";
            case COMPENSATION -> "rollback";
        };
    }

    @Override
    public boolean endsAtDeadline(SagaStatus status) {
        return false;
    }

    @Override
    public Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        return new SecondPhase(this, false).decide(saga, event, now, waits);
    }
}
