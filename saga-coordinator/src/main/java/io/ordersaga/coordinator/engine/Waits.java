package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Park;
import io.ordersaga.coordinator.engine.Effect.Persist;
import java.util.List;

/// How long sagas wait, and which are not waited for any more.
record Waits(Backoff backoff, ParkPolicy parking, PreparedWaits prepared) {

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
