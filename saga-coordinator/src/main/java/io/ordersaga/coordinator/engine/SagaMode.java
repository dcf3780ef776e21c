package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.BranchOutcome.Ongoing;
import io.ordersaga.coordinator.engine.BranchOutcome.Refused;
import io.ordersaga.coordinator.engine.BranchOutcome.Succeeded;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;
import io.ordersaga.coordinator.engine.Event.BranchAnswered;
import io.ordersaga.coordinator.engine.Turn.Reason;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// DTM's `saga`: every action as soon as the actions it waits for have succeeded; when one refuses, the
/// compensations of all steps that may have been called, in reverse. In an ordinary saga each action waits for
/// the one before it, in a concurrent one for those that its `orders` name. A compensation is repeated until it
/// succeeds.
///
/// Where DTM calls a compensation while the action of the same step is still under way, this waits for the
/// action to come back: a participant sees the two of them one after the other.
public record SagaMode() implements Mode {

    @Override
    public String wireName() {
        return "saga";
    }

    @Override
    public String opName(Op op) {
        return op.wireName();
    }

    @Override
    public boolean endsAtDeadline(SagaStatus status) {
        return status == SagaStatus.SUBMITTED;
    }

    @Override
    public Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        Draft draft = new Draft(saga, now);
        Plan plan = Plan.of(saga.definition());
        switch (event) {
            case Event.Submitted _ -> {
                goOn(draft, plan);
                return draft.accept();
            }
            case Event.ForceStopped _ -> {
                draft.fail(Rejection.FORCE_STOPPED);
                return draft.accept();
            }
            case Event.Prepared _, Event.Aborted _, Event.BranchRegistered _, Event.Finished _, Event.Operated _ ->
                throw Draft.unfit(this, event);
            case Event.TimerFired _ -> draft.takeUp();
            case Event.Resumed _ -> resume(draft);
            case BranchAnswered(int step, Op op, BranchOutcome outcome) -> {
                draft.cameBack(step, op);
                switch (op) {
                    case ACTION -> actionAnswered(draft, plan, saga.definition(), step, outcome);
                    case COMPENSATION -> compensationAnswered(draft, step, outcome);
                }
            }
        }
        goOn(draft, plan);
        return draft.conclude(waits);
    }

    /// Answers may have been lost with the owner, so any step may have been called. A refusal says otherwise
    /// again of the steps behind it: had that action succeeded before, it would say so.
    private static void resume(Draft draft) {
        draft.takeUp();
        if (draft.status() == SagaStatus.SUBMITTED) {
            for (int step = 0; step < draft.steps(); step++) {
                draft.reach(step, true);
            }
        }
    }

    private static void actionAnswered(Draft draft, Plan plan, SagaDefinition saga, int step, BranchOutcome outcome) {
        boolean goesForward = draft.status() == SagaStatus.SUBMITTED;
        switch (outcome) {
            case Succeeded _ -> draft.succeeded(step, Op.ACTION);
            case Refused(Rejection rejection) -> {
                draft.failed(step, Op.ACTION);
                if (goesForward) {
                    plan.forEachBeyond(step, draft.steps(), beyond -> draft.reach(beyond, false));
                    draft.rollBack(rejection.byBranch(saga.steps().get(step).action()));
                }
            }
            // On the way back nobody needs to know: the step is compensated, whatever its action did.
            case Ongoing _ when goesForward -> askAgain(draft, saga, step, Reason.ONGOING, "ongoing");
            // A call that nobody made is not one of the submitter's retries.
            case Unknown(String cause, Trouble trouble)
            when goesForward && (trouble == Trouble.NOT_CALLED || trouble == Trouble.TARGET_PAUSED) ->
                draft.pause(step, Op.ACTION, Reason.of(trouble), cause);
            case Unknown(String cause, Trouble trouble)
            when goesForward -> askAgain(draft, saga, step, Reason.of(trouble), cause);
            case Ongoing _, Unknown _ -> {}
        }
    }

    private static void compensationAnswered(Draft draft, int step, BranchOutcome outcome) {
        switch (outcome) {
            case Succeeded _ -> draft.succeeded(step, Op.COMPENSATION);
            case Ongoing _ -> draft.pause(step, Op.COMPENSATION, Reason.ONGOING, "ongoing");
            case Unknown(String cause, Trouble trouble) ->
                draft.pause(step, Op.COMPENSATION, Reason.of(trouble), cause);
            // There is no way back from a roll-back: a compensation that refuses is asked again.
            case Refused(Rejection rejection) ->
                draft.pause(step, Op.COMPENSATION, Reason.ERROR, "refused: " + rejection.reason());
        }
    }

    /// DTM's words to the letter.
    private static void askAgain(Draft draft, SagaDefinition saga, int step, Reason reason, String cause) {
        int limit = saga.options().retryLimit();
        if (limit == 0 || draft.isTimedOut()) {
            draft.pause(step, Op.ACTION, reason, cause);
        } else if (!draft.retryAtOnce()) {
            draft.rollBack(Rejection.ofReason("RetryCount is greater than RetryLimit, RetryLimit: " + limit));
        }
    }

    /// Starts whatever can be started, turns back when time is up, and ends when all is done.
    private static void goOn(Draft draft, Plan plan) {
        if (draft.status() == SagaStatus.SUBMITTED) {
            if (!allSucceeded(draft) && draft.isTimedOut()) {
                draft.rollBack(draft.timeout());
            } else {
                act(draft, plan);
                if (allSucceeded(draft)) {
                    draft.end(SagaStatus.SUCCEEDED);
                }
            }
        }
        if (draft.status() == SagaStatus.ABORTING) {
            undo(draft, plan);
            if (allUndone(draft)) {
                draft.end(SagaStatus.FAILED);
            }
        }
    }

    private static void act(Draft draft, Plan plan) {
        Deque<Integer> open = new ArrayDeque<>();
        for (int first = 0; first < draft.steps(); first++) {
            open.add(first);
            while (!open.isEmpty()) {
                int step = open.remove();
                if (canAct(draft, plan, step) && draft.start(step, Op.ACTION)) {
                    plan.forEachAfter(step, open::add);
                }
            }
        }
    }

    private static boolean canAct(Draft draft, Plan plan, int step) {
        StepProgress progress = draft.step(step);
        return progress.turn() instanceof Turn.Idle
                && !progress.action().hasSucceeded()
                && plan.allBefore(step, before -> draft.step(before).action().hasSucceeded());
    }

    private static void undo(Draft draft, Plan plan) {
        Deque<Integer> open = new ArrayDeque<>();
        for (int last = draft.steps() - 1; last >= 0; last--) {
            open.add(last);
            while (!open.isEmpty()) {
                int step = open.remove();
                if (canUndo(draft, plan, step) && draft.start(step, Op.COMPENSATION)) {
                    plan.forEachBefore(step, open::add);
                }
            }
        }
    }

    private static boolean canUndo(Draft draft, Plan plan, int step) {
        StepProgress progress = draft.step(step);
        return progress.reached()
                && progress.turn() instanceof Turn.Idle
                && !progress.compensation().hasSucceeded()
                && plan.allAfter(step, after -> isUndone(draft.step(after)));
    }

    private static boolean allSucceeded(Draft draft) {
        for (int step = 0; step < draft.steps(); step++) {
            if (!draft.step(step).action().hasSucceeded()) {
                return false;
            }
        }
        return true;
    }

    private static boolean allUndone(Draft draft) {
        for (int step = 0; step < draft.steps(); step++) {
            if (!isUndone(draft.step(step))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUndone(StepProgress step) {
        return !step.reached() || step.compensation().hasSucceeded();
    }
}
