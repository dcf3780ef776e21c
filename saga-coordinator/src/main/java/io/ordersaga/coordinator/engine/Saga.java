package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The state of one saga: everything the engine needs to decide, and everything the store keeps.
///
/// @param submitted when it was accepted, by the clock of whoever asks
/// @param rejection why it is or was rolled back
/// @param parked why nothing is done about it until somebody releases it; its status stays what it was
public record Saga(
        SagaDefinition definition,
        SagaStatus status,
        Progress progress,
        Retrying retrying,
        Instant submitted,
        Optional<Rejection> rejection,
        Optional<String> parked) {

    /// In characters; a reason that is longer is cut, and says so.
    public static final int PARKED_LENGTH_MAX = 1024;

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
                Optional.empty(),
                Optional.empty());
    }

    /// One that is announced, and that nobody has stored yet.
    public static Saga announced(SagaDefinition definition, Instant now) {
        return fresh(definition, now).with(SagaStatus.PREPARED);
    }

    public Gid gid() {
        return definition.gid();
    }

    Saga with(SagaDefinition changed, Progress longer) {
        return new Saga(changed, status, longer, retrying, submitted, rejection, parked);
    }

    /// The same, delivered later than it was announced.
    public Saga delayedBy(Duration delay) {
        return new Saga(definition.with(delay), status, progress, retrying, submitted, rejection, parked);
    }

    Saga with(SagaStatus changed) {
        return new Saga(definition, changed, progress, retrying, submitted, rejection, parked);
    }

    Saga with(Progress changed) {
        return new Saga(definition, status, changed, retrying, submitted, rejection, parked);
    }

    Saga with(Retrying changed) {
        return new Saga(definition, status, progress, changed, submitted, rejection, parked);
    }

    Saga with(Rejection changed) {
        return new Saga(definition, status, progress, retrying, submitted, Optional.of(changed), parked);
    }

    Saga released() {
        return parked.isEmpty()
                ? this
                : new Saga(definition, status, progress, retrying, submitted, rejection, Optional.empty());
    }

    Saga with(SagaDefinition changed) {
        return new Saga(changed, status, progress, retrying, submitted, rejection, parked);
    }

    Saga parkedFor(String reason) {
        return new Saga(
                definition,
                status,
                progress,
                retrying,
                submitted,
                rejection,
                Optional.of(CutText.to(PARKED_LENGTH_MAX, reason)));
    }
}
