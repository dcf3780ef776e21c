package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.BranchOutcome.Ongoing;
import io.ordersaga.coordinator.engine.BranchOutcome.Refused;
import io.ordersaga.coordinator.engine.BranchOutcome.Succeeded;
import io.ordersaga.coordinator.engine.BranchOutcome.Unknown;
import io.ordersaga.coordinator.engine.Event.BranchAnswered;
import io.ordersaga.coordinator.engine.Turn.Reason;
import java.time.Instant;

/// DTM's `msg`, a message in two phases: prepared before the local transaction of its sender, submitted after it,
/// and delivered until every receiver took it. There is no way back from a submit, so a receiver that refuses is
/// asked again.
///
/// The first step is the check-back `query_prepared`: a sender that neither submits nor aborts in time is asked how
/// its local transaction ended. The deliveries follow it, one after the other, or side by side when `concurrent`.
public record MsgMode() implements Mode {

    private static final int CHECK_BACK = 0;

    @Override
    public String wireName() {
        return "msg";
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
                return draft.acceptUntil(waits.prepared().deadline(saga));
            }
            case Event.Submitted _ -> {
                draft.takeUp();
                draft.submit();
                Instant due = deliveryDue(saga);
                if (now.isBefore(due)) {
                    return draft.acceptUntil(due);
                }
                deliver(draft, saga);
                return draft.accept();
            }
            case Event.Aborted(Rejection why) -> {
                draft.takeUp();
                draft.fail(why);
                return draft.accept();
            }
            case Event.ForceStopped _ -> {
                draft.fail(Rejection.FORCE_STOPPED);
                return draft.accept();
            }
            case Event.BranchRegistered _, Event.Finished _, Event.Operated _ -> throw Draft.unfit(this, event);
            case Event.TimerFired _, Event.Resumed _ -> draft.takeUp();
            case BranchAnswered(int step, Op op, BranchOutcome outcome) -> {
                draft.cameBack(step, op);
                if (step == CHECK_BACK) {
                    checkedBack(draft, outcome);
                } else {
                    delivered(draft, step, outcome);
                }
            }
        }
        return goOn(draft, saga, now, waits);
    }

    private static Instant deliveryDue(Saga saga) {
        return saga.submitted().plus(saga.definition().extras().delay());
    }

    private static Transition goOn(Draft draft, Saga saga, Instant now, Waits waits) {
        if (draft.status() == SagaStatus.PREPARED) {
            Instant deadline = waits.prepared().deadline(saga);
            if (now.isBefore(deadline)) {
                return draft.restUntil(deadline);
            }
            if (draft.step(CHECK_BACK).turn() instanceof Turn.Idle) {
                var _ = draft.start(CHECK_BACK, Op.ACTION);
            }
        }
        if (draft.status() == SagaStatus.SUBMITTED) {
            Instant due = deliveryDue(saga);
            if (now.isBefore(due)) {
                return draft.restUntil(due);
            }
            deliver(draft, saga);
        }
        return draft.conclude(waits);
    }

    private static void checkedBack(Draft draft, BranchOutcome outcome) {
        switch (outcome) {
            case Succeeded _ -> draft.submit();
            case Refused(Rejection rejection) -> draft.fail(rejection);
            case Ongoing _ -> draft.pause(CHECK_BACK, Op.ACTION, Reason.ONGOING, "ongoing");
            case Unknown unknown -> draft.pause(CHECK_BACK, Op.ACTION, Reason.of(unknown.trouble()), unknown.cause());
        }
    }

    private static void delivered(Draft draft, int step, BranchOutcome outcome) {
        draft.takeAnswer(step, Op.ACTION, outcome);
    }

    private static void deliver(Draft draft, Saga saga) {
        boolean concurrent = saga.definition().options().concurrent();
        boolean all = true;
        for (int step = CHECK_BACK + 1; step < draft.steps() && (all || concurrent); step++) {
            StepProgress progress = draft.step(step);
            boolean done = progress.action().hasSucceeded()
                    || (progress.turn() instanceof Turn.Idle && draft.start(step, Op.ACTION));
            all &= done;
        }
        if (all) {
            draft.end(SagaStatus.SUCCEEDED);
        }
    }
}
