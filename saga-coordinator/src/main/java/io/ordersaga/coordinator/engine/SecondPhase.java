package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Event.BranchAnswered;
import java.time.Instant;

/// What tcc and xa have in common: branches are registered while the transaction is prepared and called by the
/// application itself; what is left to the coordinator is one call of each, one after the other. After a submit
/// that is the action, after an abort the compensation, and each is repeated until it succeeds.
///
/// @param lastFirst whether the branch that was registered last is called first
record SecondPhase(Mode mode, boolean lastFirst) {

    Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        Draft draft = new Draft(saga, now);
        switch (event) {
            case Event.Prepared _ -> {
                return draft.acceptUntil(waits.prepared().deadline(saga));
            }
            case Event.BranchRegistered(Step branch) -> {
                draft.takeUp();
                return draft.register(branch, waits.prepared().deadline(saga));
            }
            case Event.Submitted _ -> {
                draft.takeUp();
                draft.submit();
                goOn(draft);
                return draft.accept();
            }
            case Event.Aborted(Rejection why) -> {
                draft.takeUp();
                draft.rollBack(why);
                goOn(draft);
                return draft.accept();
            }
            case Event.ForceStopped _ -> {
                draft.fail(Rejection.FORCE_STOPPED);
                return draft.accept();
            }
            case Event.Finished _, Event.Operated _ -> throw Draft.unfit(mode, event);
            case Event.TimerFired _, Event.Resumed _ -> {
                draft.takeUp();
                if (draft.status() == SagaStatus.PREPARED) {
                    Instant deadline = waits.prepared().deadline(saga);
                    if (now.isBefore(deadline)) {
                        return draft.restUntil(deadline);
                    }
                    draft.rollBack(draft.timeout());
                }
            }
            case BranchAnswered(int step, Op op, BranchOutcome outcome) -> {
                draft.cameBack(step, op);
                draft.takeAnswer(step, op, outcome);
            }
        }
        goOn(draft);
        return draft.conclude(waits);
    }

    private void goOn(Draft draft) {
        boolean forward = draft.status() == SagaStatus.SUBMITTED;
        Op op = forward ? Op.ACTION : Op.COMPENSATION;
        for (int place = 0; place < draft.steps(); place++) {
            int step = lastFirst ? draft.steps() - 1 - place : place;
            StepProgress progress = draft.step(step);
            boolean done =
                    progress.of(op).hasSucceeded() || (progress.turn() instanceof Turn.Idle && draft.start(step, op));
            if (!done) {
                return;
            }
        }
        draft.end(forward ? SagaStatus.SUCCEEDED : SagaStatus.FAILED);
    }
}
