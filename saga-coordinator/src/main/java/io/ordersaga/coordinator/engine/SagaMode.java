package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.BranchOutcome.Ongoing;
import io.ordersaga.coordinator.engine.BranchOutcome.Refused;
import io.ordersaga.coordinator.engine.BranchOutcome.Succeeded;
import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;
import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.CallBranch;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Finish;
import io.ordersaga.coordinator.engine.Effect.Persist;
import io.ordersaga.coordinator.engine.Effect.WakeAt;
import io.ordersaga.coordinator.engine.Event.BranchAnswered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// DTM's `saga`: one action after the other; when one refuses, the compensations in reverse, from the step that
/// refused down to the first. A compensation is repeated until it succeeds.
public record SagaMode() implements Mode {

    @Override
    public String wireName() {
        return "saga";
    }

    @Override
    public Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        Backoff backoff = waits.backoff();
        return switch (event) {
            case Event.Submitted _ -> accept(advance(saga, now));
            case Event.TimerFired _ -> takeUp(saga.with(saga.retrying().awake()), now);
            case Event.Resumed _ -> takeUp(maybeBeyondWhatIsStored(saga), now);
            case BranchAnswered(int step, Op op, BranchOutcome outcome) -> {
                requireOutstanding(saga, step, op);
                yield switch (op) {
                    case ACTION -> actionAnswered(saga, step, outcome, now, backoff);
                    case COMPENSATION -> compensationAnswered(saga, step, outcome, now, backoff);
                };
            }
        };
    }

    private static Transition accept(Saga saga) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Persist(Durability.AWAITED));
        effects.add(new AnswerSubmitter(new SubmitAnswer.Accepted()));
        effects.addAll(nextEffects(saga));
        return new Transition(saga, effects);
    }

    /// Nothing was learned, so nothing is written unless the time to roll back has come.
    private static Transition takeUp(Saga saga, Instant now) {
        Saga next = advance(saga, now);
        return next.status() == saga.status() ? new Transition(next, nextEffects(next)) : record(saga, next);
    }

    /// Answers may have been lost with the owner, so any step may have been called. A refusal of the current
    /// step says otherwise again: had it succeeded before, it would say so.
    private static Saga maybeBeyondWhatIsStored(Saga saga) {
        Saga awake = saga.with(saga.retrying().awake());
        return saga.status() == SagaStatus.SUBMITTED
                ? awake.with(saga.progress().changed(each -> each.withReached(true)))
                : awake;
    }

    private static Transition actionAnswered(Saga saga, int step, BranchOutcome outcome, Instant now, Backoff backoff) {
        return switch (outcome) {
            case Succeeded _ -> record(saga, advance(succeeded(saga, step, Op.ACTION, now), now));
            case Refused(Rejection rejection) -> {
                Progress progress = saga.progress()
                        .with(step, each -> each.with(Op.ACTION, BranchProgress.failed(now)));
                for (int later = step + 1; later < progress.steps().size(); later++) {
                    progress = progress.with(later, each -> each.withReached(false));
                }
                String url = saga.definition().steps().get(step).action();
                yield record(saga, rollBack(saga.with(progress), rejection.byBranch(url), now));
            }
            case Ongoing _ -> askAgain(saga, backoff.afterOngoing(saga), now);
            case Unknown _ -> {
                Saga unanswered = saga.with(saga.retrying().withAttempts(saga.retrying().attempts() + 1));
                yield askAgain(unanswered, backoff.afterUnknown(unanswered), now);
            }
        };
    }

    private static Transition compensationAnswered(
            Saga saga, int step, BranchOutcome outcome, Instant now, Backoff backoff) {
        return switch (outcome) {
            case Succeeded _ -> record(saga, advance(succeeded(saga, step, Op.COMPENSATION, now), now));
            case Ongoing _ -> await(saga, now.plus(backoff.afterOngoing(saga)));
            // There is no way back from a roll-back: a compensation that refuses is asked again.
            case Refused _, Unknown _ -> {
                Saga unanswered = saga.with(saga.retrying().withAttempts(saga.retrying().attempts() + 1));
                yield await(unanswered, now.plus(backoff.afterUnknown(unanswered)));
            }
        };
    }

    private static Transition askAgain(Saga saga, Duration pause, Instant now) {
        int limit = saga.definition().options().retryLimit();
        if (isTimedOut(saga, now)) {
            return record(saga, advance(saga, now));
        }
        if (limit > 0 && saga.retrying().retries() < limit) {
            return record(saga, saga.with(saga.retrying().retriedAtOnce()));
        }
        if (limit > 0) {
            String reason = "RetryCount is greater than RetryLimit, RetryLimit: " + limit;
            return record(saga, rollBack(saga, Rejection.ofReason(reason), now));
        }
        Instant due = now.plus(pause);
        return await(saga, deadline(saga).filter(due::isAfter).orElse(due));
    }

    private static Transition await(Saga saga, Instant due) {
        return new Transition(
                saga.with(saga.retrying().waitingUntil(due)),
                List.of(
                        new Persist(Durability.LAZY),
                        new AnswerSubmitter(new SubmitAnswer.Unfinished(saga.rejection())),
                        new WakeAt(due)));
    }

    private static Transition record(Saga before, Saga after) {
        boolean decidedToRollBack =
                before.status() == SagaStatus.SUBMITTED && after.rejection().isPresent();
        List<Effect> effects = new ArrayList<>();
        effects.add(new Persist(decidedToRollBack ? Durability.AWAITED : Durability.LAZY));
        effects.addAll(nextEffects(after));
        return new Transition(after, effects);
    }

    private static List<Effect> nextEffects(Saga saga) {
        return switch (saga.status()) {
            case SUBMITTED -> List.of(call(saga, nextAction(saga).orElseThrow(), Op.ACTION));
            case ABORTING -> List.of(call(saga, nextCompensation(saga).orElseThrow(), Op.COMPENSATION));
            case SUCCEEDED -> List.of(new AnswerSubmitter(new SubmitAnswer.Succeeded()), new Finish());
            case FAILED ->
                List.of(
                        new AnswerSubmitter(
                                new SubmitAnswer.RolledBack(saga.rejection().orElseThrow())),
                        new Finish());
        };
    }

    private static Effect call(Saga saga, int step, Op op) {
        return new CallBranch(new BranchCall(saga.definition(), step, op, saga.rejection()));
    }

    /// Goes as far as it gets without a call: over steps without a URL, into the roll-back when time is up, to
    /// the end.
    private static Saga advance(Saga saga, Instant now) {
        Saga current = saga;
        OptionalInt next = nextAction(current);
        while (next.isPresent() && !isTimedOut(current, now)) {
            int step = next.getAsInt();
            current = current.with(current.progress().with(step, each -> each.withReached(true)));
            if (!current.definition().steps().get(step).action().isEmpty()) {
                return current;
            }
            current = succeeded(current, step, Op.ACTION, now);
            next = nextAction(current);
        }
        return switch (current.status()) {
            case SUBMITTED ->
                next.isEmpty() ? current.with(SagaStatus.SUCCEEDED) : rollBack(current, timeoutOf(current), now);
            case ABORTING -> undo(current, now);
            case SUCCEEDED, FAILED -> current;
        };
    }

    private static Saga rollBack(Saga saga, Rejection rejection, Instant now) {
        return undo(
                saga.with(SagaStatus.ABORTING)
                        .with(rejection)
                        .with(saga.retrying().answered()),
                now);
    }

    private static Saga undo(Saga saga, Instant now) {
        Saga current = saga;
        OptionalInt next = nextCompensation(current);
        while (next.isPresent()) {
            int step = next.getAsInt();
            if (!current.definition().steps().get(step).compensation().isEmpty()) {
                return current;
            }
            current = succeeded(current, step, Op.COMPENSATION, now);
            next = nextCompensation(current);
        }
        return current.with(SagaStatus.FAILED);
    }

    private static Saga succeeded(Saga saga, int step, Op op, Instant now) {
        return saga.with(saga.progress().with(step, each -> each.with(op, BranchProgress.succeeded(now))))
                .with(saga.retrying().answered());
    }

    private static OptionalInt nextAction(Saga saga) {
        if (saga.status() == SagaStatus.SUBMITTED) {
            for (int step = 0; step < saga.progress().steps().size(); step++) {
                if (!saga.progress().hasSucceeded(step, Op.ACTION)) {
                    return OptionalInt.of(step);
                }
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt nextCompensation(Saga saga) {
        if (saga.status() == SagaStatus.ABORTING) {
            for (int step = saga.progress().steps().size() - 1; step >= 0; step--) {
                if (saga.progress().steps().get(step).reached() && !saga.progress().hasSucceeded(step, Op.COMPENSATION)) {
                    return OptionalInt.of(step);
                }
            }
        }
        return OptionalInt.empty();
    }

    private static void requireOutstanding(Saga saga, int step, Op op) {
        OptionalInt outstanding = switch (op) {
            case ACTION -> nextAction(saga);
            case COMPENSATION -> nextCompensation(saga);
        };
        if (!outstanding.equals(OptionalInt.of(step))) {
            throw new IllegalStateException("saga " + saga.gid() + " is " + saga.status() + " and awaits no " + op
                    + " of step " + step + " but " + outstanding);
        }
    }

    private static Optional<Instant> deadline(Saga saga) {
        Duration timeout = saga.definition().options().timeoutToFail();
        return timeout.isZero()
                ? Optional.empty()
                : Optional.of(saga.submitted().plus(timeout));
    }

    private static boolean isTimedOut(Saga saga, Instant now) {
        return deadline(saga).map(deadline -> !now.isBefore(deadline)).orElse(false);
    }

    /// The text is DTM's to the letter.
    private static Rejection timeoutOf(Saga saga) {
        long seconds = saga.definition().options().timeoutToFail().toSeconds();
        return Rejection.ofReason("Timeout after " + seconds + " seconds");
    }
}
