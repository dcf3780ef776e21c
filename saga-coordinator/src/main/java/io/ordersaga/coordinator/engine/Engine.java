package io.ordersaga.coordinator.engine;

import java.time.Instant;

/// Decides what a saga does next; never does it.
public final class Engine {

    private final Backoff backoff;

    public Engine(Backoff backoff) {
        this.backoff = backoff;
    }

    public Transition step(Saga saga, Event event, Instant now) {
        Transition transition = saga.definition().mode().decide(saga, event, now, backoff);
        SagaStatus next = transition.saga().status();
        if (!Transitions.allows(saga.status(), EventKind.of(event), next)) {
            throw new IllegalStateException(
                    "saga " + saga.gid() + ": no way from " + saga.status() + " to " + next + " on " + event);
        }
        return transition;
    }
}
