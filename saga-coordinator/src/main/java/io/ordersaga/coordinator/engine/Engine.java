package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Persist;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides what a saga does next; never does it. Safe for any number of threads.
public final class Engine {

    private final Waits waits;
    private final boolean strict;

    public Engine(Backoff backoff) {
        this(backoff, ParkPolicy.DEFAULT, false);
    }

    /// An engine.
    ///
    /// @param strict whether every write is awaited, also those that only spare a repeated call
    public Engine(Backoff backoff, ParkPolicy parking, boolean strict) {
        this(backoff, parking, PreparedWaits.DEFAULT, strict);
    }

    /// An engine.
    ///
    /// @param strict whether every write is awaited, also those that only spare a repeated call
    public Engine(Backoff backoff, ParkPolicy parking, PreparedWaits prepared, boolean strict) {
        this.waits = new Waits(backoff, parking, prepared);
        this.strict = strict;
    }

    public Transition step(Saga saga, Event event, Instant now) {
        Transition transition = event instanceof Event.Operated operated
                ? Operating.decide(saga, operated, now, waits)
                : saga.definition().mode().decide(saga, event, now, waits);
        Saga next = transition.saga();
        if (!Transitions.allows(
                saga.definition().mode(),
                saga.status(),
                EventKind.of(event),
                next.status(),
                next.parked().isPresent())) {
            throw new IllegalStateException(
                    "saga " + saga.gid() + ": no way from " + saga.status() + " to " + next.status() + " on " + event);
        }
        return strict ? new Transition(next, awaited(transition.effects())) : transition;
    }

    /// When a transaction is rolled back by itself, or its sender is asked; empty when never.
    public Optional<Instant> deadline(Saga saga) {
        return waits.deadline(saga);
    }

    /// Sets a saga aside that met something no event stands for, as a bug in the way of every step. Calls that
    /// are still under way are forgotten; releasing the saga makes them again.
    ///
    /// @param reason for people to read
    public Transition parkFor(Saga saga, String reason) {
        if (saga.status().isTerminal()) {
            throw new IllegalStateException("saga " + saga.gid() + " is over: " + saga.status());
        }
        // What kept the saga from being stepped may also have kept us from learning what was called.
        Saga careful = saga.status() == SagaStatus.SUBMITTED
                ? saga.with(saga.progress().changed(step -> step.withReached(true)))
                : saga;
        return Waits.parked(careful, reason);
    }

    private static List<Effect> awaited(List<Effect> effects) {
        return effects.stream()
                .map(effect -> effect instanceof Persist ? new Persist(Durability.AWAITED) : effect)
                .toList();
    }
}
