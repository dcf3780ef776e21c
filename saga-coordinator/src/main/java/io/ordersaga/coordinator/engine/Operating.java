package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Park;
import io.ordersaga.coordinator.engine.Effect.Persist;
import io.ordersaga.coordinator.engine.Effect.WakeAt;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// What an operator's decision makes of a transaction of any mode. It is only written: whoever takes the
/// transaction up afterwards does what follows from it, so nothing has to be done where the operator is.
final class Operating {

    private Operating() {}

    static Transition decide(Saga saga, Event.Operated operated, Instant now, Waits waits) {
        Operation operation = operated.operation();
        Optional<Denial> denial = Operations.denial(operation, saga);
        if (denial.isPresent()) {
            throw new IllegalStateException("saga " + saga.gid() + ": " + operation.kind() + " is not allowed, for "
                    + denial.get().text());
        }
        Saga taken = taken(saga, operated.underWay());
        return switch (operation) {
            case Operation.Retry _, Operation.Resume _, Operation.Release _ -> dueAt(now, taken);
            case Operation.Pause(String why) -> Waits.parked(taken, Hold.PAUSED_PREFIX + why);
            case Operation.Park(String why) ->
                Waits.parked(taken, why.startsWith(Hold.PAUSED_PREFIX) ? "parked, " + why : why);
            case Operation.RollBack(Rejection why) ->
                dueAt(now, taken.with(SagaStatus.ABORTING).with(why));
            case Operation.ForceBranch(int step) ->
                goesOn(
                        now,
                        taken.with(taken.progress()
                                .with(
                                        step,
                                        each -> each.with(Op.ACTION, BranchProgress.forced(now))
                                                .withReached(true))));
            case Operation.SkipBranch(int step) ->
                goesOn(
                        now,
                        taken.with(taken.progress()
                                .with(step, each -> each.with(Op.COMPENSATION, BranchProgress.forced(now)))));
            case Operation.ExtendDeadline(Duration by) -> {
                Saga extended = taken.with(taken.definition().withTimeoutToFail(extended(saga, by, now, waits)));
                yield saga.parked().isPresent() ? stays(extended) : dueAt(now, extended);
            }
        };
    }

    /// From whoever works on it: answers may be on their way to them, and they go on until they notice, so every
    /// action may have been called or will be.
    private static Saga taken(Saga saga, boolean underWay) {
        boolean unsure = underWay && saga.status() == SagaStatus.SUBMITTED;
        Saga careful = unsure ? saga.with(saga.progress().changed(StepProgress::taken)) : saga;
        return careful.with(careful.progress().atRest()).with(careful.retrying().answered());
    }

    /// Somebody who paused it wants it left alone all the same.
    private static Transition goesOn(Instant now, Saga saga) {
        return Hold.of(saga) == Hold.PAUSED ? stays(saga) : dueAt(now, saga);
    }

    private static Transition dueAt(Instant now, Saga saga) {
        Saga due = saga.released().with(saga.retrying().waitingUntil(now));
        return new Transition(due, List.of(new Persist(Durability.AWAITED), new WakeAt(now)));
    }

    private static Transition stays(Saga saga) {
        return new Transition(saga, List.of(new Persist(Durability.AWAITED), new Park()));
    }

    /// As the time since the submit, in whole milliseconds, as it is stored.
    private static Duration extended(Saga saga, Duration by, Instant now, Waits waits) {
        Instant deadline = waits.deadline(saga).filter(now::isBefore).orElse(now);
        return Duration.between(saga.submitted(), deadline.plus(by))
                .plusNanos(999_999)
                .truncatedTo(ChronoUnit.MILLIS);
    }
}
