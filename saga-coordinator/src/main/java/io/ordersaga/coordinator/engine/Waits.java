package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Park;
import io.ordersaga.coordinator.engine.Effect.Persist;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How long sagas wait, and which are not waited for any more.
record Waits(Backoff backoff, ParkPolicy parking, PreparedWaits prepared) {

    /// When the transaction is rolled back by itself, or its sender asked; empty when never.
    Optional<Instant> deadline(Saga saga) {
        return switch (saga.definition().mode()) {
            case WorkflowMode _ -> Optional.empty();
            case MsgMode _, TccMode _, XaMode _ ->
                saga.status() == SagaStatus.PREPARED ? Optional.of(prepared.deadline(saga)) : Optional.empty();
            case SagaMode _ -> {
                Duration timeout = saga.definition().options().timeoutToFail();
                boolean never = timeout.isZero() || saga.status() != SagaStatus.SUBMITTED;
                yield never ? Optional.empty() : Optional.of(saga.submitted().plus(timeout));
            }
        };
    }

    static Transition parked(Saga saga, String reason) {
        Saga aside = saga.with(saga.progress().atRest())
                .with(saga.retrying().awake())
                .parkedFor(reason);
        return new Transition(
                aside,
                List.of(
                        new Persist(Durability.AWAITED),
                        new AnswerSubmitter(new SubmitAnswer.Unfinished(aside.rejection())),
                        new Park()));
    }
}
