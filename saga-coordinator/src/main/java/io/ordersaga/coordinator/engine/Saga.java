package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.Optional;

/// The state of one saga: everything the engine needs to decide, and everything the store keeps.
///
/// @param submitted when it was accepted, by the clock of whoever asks
/// @param rejection why it is or was rolled back
public record Saga(
        SagaDefinition definition,
        SagaStatus status,
        Progress progress,
        Retrying retrying,
        Instant submitted,
        Optional<Rejection> rejection) {

    public Saga {
        if (progress.steps().size() != definition.steps().size()) {
            throw new IllegalArgumentException("progress of " + progress.steps().size() + " steps for a saga of "
                    + definition.steps().size());
        }
    }

    /// A saga that nobody has stored yet.
    public static Saga fresh(SagaDefinition definition, Instant now) {
        return new Saga(
                definition,
                SagaStatus.SUBMITTED,
                Progress.none(definition.steps().size()),
                Retrying.NONE,
                now,
                Optional.empty());
    }

    public Gid gid() {
        return definition.gid();
    }

    Saga with(SagaStatus changed) {
        return new Saga(definition, changed, progress, retrying, submitted, rejection);
    }

    Saga with(Progress changed) {
        return new Saga(definition, status, changed, retrying, submitted, rejection);
    }

    Saga with(Retrying changed) {
        return new Saga(definition, status, progress, changed, submitted, rejection);
    }

    Saga with(Rejection changed) {
        return new Saga(definition, status, progress, retrying, submitted, Optional.of(changed));
    }
}
