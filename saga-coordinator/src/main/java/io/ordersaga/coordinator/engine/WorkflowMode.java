package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;
import io.ordersaga.coordinator.engine.Event.BranchAnswered;
import io.ordersaga.coordinator.engine.Turn.Reason;
import java.time.Instant;

/// DTM's `workflow`: the application runs its own code, calls branches itself, and records what each of them
/// answered. The coordinator keeps those records, and calls the application back when it does not come to an end by
/// itself; it then gets its records and goes on behind them.
///
/// The first step is that call; the others are records, and are never called.
public record WorkflowMode() implements Mode {

    private static final int CHECK_BACK = 0;

    @Override
    public String wireName() {
        return "workflow";
    }

    @Override
    public String opName(Op op) {
        return "action";
    }

    @Override
    public boolean endsAtDeadline(SagaStatus status) {
        return false;
    }

    @Override
    public Transition decide(Saga saga, Event event, Instant now, Waits waits) {
        Draft draft = new Draft(saga, now);
        switch (event) {
            case Event.Prepared _ -> {
                return draft.acceptUntil(now.plus(waits.prepared().callback(saga)));
            }
            case Event.BranchRegistered(Step branch) -> {
                draft.takeUp();
                return draft.register(branch, now.plus(waits.prepared().callback(saga)));
            }
            case Event.Finished(boolean succeeded, Rejection why, Bytes result) -> {
                draft.takeUp();
                draft.finish(result);
                if (succeeded) {
                    draft.end(SagaStatus.SUCCEEDED);
                } else {
                    draft.fail(why);
                }
                return draft.accept();
            }
            case Event.ForceStopped _ -> {
                draft.fail(Rejection.FORCE_STOPPED);
                return draft.accept();
            }
            case Event.Submitted _, Event.Aborted _, Event.Operated _ -> throw Draft.unfit(this, event);
            case Event.TimerFired _, Event.Resumed _ -> {
                draft.takeUp();
                var _ = draft.start(CHECK_BACK, Op.ACTION);
            }
            case BranchAnswered(int step, Op op, BranchOutcome outcome) -> {
                draft.cameBack(step, op);
                if (outcome instanceof Unknown(String cause, BranchOutcome.Trouble trouble)) {
                    draft.pause(step, op, Reason.of(trouble), cause);
                } else {
                    // Whatever it says: a workflow that came to its end said so by its submit.
                    draft.pause(step, op, Reason.ONGOING, "called back, and not at its end");
                }
            }
        }
        return draft.conclude(waits);
    }
}
