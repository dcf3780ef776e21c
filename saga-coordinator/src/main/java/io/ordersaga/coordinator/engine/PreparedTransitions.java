package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.EventKind.ABORTED;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_ONGOING;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_REFUSED;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_SUCCEEDED;
import static io.ordersaga.coordinator.engine.EventKind.ACTION_UNKNOWN;
import static io.ordersaga.coordinator.engine.EventKind.BRANCH_REGISTERED;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_ONGOING;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_REFUSED;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_SUCCEEDED;
import static io.ordersaga.coordinator.engine.EventKind.COMPENSATION_UNKNOWN;
import static io.ordersaga.coordinator.engine.EventKind.FINISHED;
import static io.ordersaga.coordinator.engine.EventKind.FORCE_STOPPED;
import static io.ordersaga.coordinator.engine.EventKind.RESUMED;
import static io.ordersaga.coordinator.engine.EventKind.TIMER_FIRED;
import static io.ordersaga.coordinator.engine.SagaStatus.ABORTING;
import static io.ordersaga.coordinator.engine.SagaStatus.FAILED;
import static io.ordersaga.coordinator.engine.SagaStatus.PREPARED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUBMITTED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUCCEEDED;
import static io.ordersaga.coordinator.engine.Transitions.goesOn;
import static io.ordersaga.coordinator.engine.Transitions.mayPark;

import io.ordersaga.coordinator.engine.Transitions.Rule;
import java.util.List;

/// The legal changes of the modes that are prepared before they are submitted; see [Transitions].
final class PreparedTransitions {

    private static final String STORED = "stored, and left alone until its time is up";
    private static final String STOPPED = "by somebody who takes the blame: nothing is called or undone";
    private static final String AGAIN = "the same branch again after the back-off";
    private static final String DUE = "the branch that is due; ";
    private static final String FORCED = "succeeded when every one that was left was forced";
    private static final String SKIPPED = "failed when every one that was left was skipped, or there is none";
    private static final String TIME_IS_UP =
            "aborting when `timeout_to_fail` has passed; failed at once when there is nothing to cancel";

    static final List<Rule> MSG = List.of(
            goesOn(PREPARED, EventKind.PREPARED, STORED, PREPARED),
            goesOn(PREPARED, EventKind.SUBMITTED, "succeeded when there is nobody to call", SUBMITTED, SUCCEEDED),
            goesOn(PREPARED, ABORTED, "nothing was delivered", FAILED),
            goesOn(PREPARED, TIMER_FIRED, "asks `query_prepared` when its time is up", PREPARED),
            goesOn(PREPARED, RESUMED, "asks `query_prepared` again", PREPARED),
            goesOn(PREPARED, FORCE_STOPPED, STOPPED, FAILED),
            goesOn(PREPARED, ACTION_SUCCEEDED, "the local transaction is committed", SUBMITTED, SUCCEEDED),
            goesOn(PREPARED, ACTION_REFUSED, "the local transaction is not committed, and never will be", FAILED),
            mayPark(PREPARED, ACTION_ONGOING, "asked again", PREPARED),
            mayPark(PREPARED, ACTION_UNKNOWN, "asked again after the back-off", PREPARED),
            goesOn(SUBMITTED, EventKind.SUBMITTED, "not prepared before; waits for its delay", SUBMITTED, SUCCEEDED),
            goesOn(SUBMITTED, TIMER_FIRED, "the deliveries that are due", SUBMITTED, SUCCEEDED),
            goesOn(SUBMITTED, RESUMED, "the deliveries that are due", SUBMITTED, SUCCEEDED),
            goesOn(SUBMITTED, FORCE_STOPPED, STOPPED, FAILED),
            mayPark(SUBMITTED, ACTION_SUCCEEDED, "succeeded after the last", SUBMITTED, SUCCEEDED),
            mayPark(SUBMITTED, ACTION_REFUSED, AGAIN + ": there is no way back", SUBMITTED),
            mayPark(SUBMITTED, ACTION_ONGOING, AGAIN, SUBMITTED),
            mayPark(SUBMITTED, ACTION_UNKNOWN, AGAIN, SUBMITTED));

    static final List<Rule> SECOND_PHASE = List.of(
            goesOn(PREPARED, EventKind.PREPARED, STORED, PREPARED),
            goesOn(PREPARED, BRANCH_REGISTERED, "the branch is stored before it may be tried", PREPARED),
            goesOn(PREPARED, EventKind.SUBMITTED, "succeeded when there is no branch", SUBMITTED, SUCCEEDED),
            goesOn(PREPARED, ABORTED, "failed at once when there is no branch", ABORTING, FAILED),
            goesOn(PREPARED, TIMER_FIRED, TIME_IS_UP, PREPARED, ABORTING, FAILED),
            goesOn(PREPARED, RESUMED, TIME_IS_UP, PREPARED, ABORTING, FAILED),
            goesOn(PREPARED, FORCE_STOPPED, STOPPED, FAILED),
            goesOn(SUBMITTED, EventKind.SUBMITTED, "never prepared, so there is no branch", SUCCEEDED),
            goesOn(SUBMITTED, TIMER_FIRED, DUE + FORCED, SUBMITTED, SUCCEEDED),
            goesOn(SUBMITTED, RESUMED, DUE + FORCED, SUBMITTED, SUCCEEDED),
            goesOn(SUBMITTED, FORCE_STOPPED, STOPPED, FAILED),
            goesOn(SUBMITTED, ACTION_SUCCEEDED, "succeeded after the last", SUBMITTED, SUCCEEDED),
            mayPark(SUBMITTED, ACTION_REFUSED, AGAIN, SUBMITTED),
            goesOn(SUBMITTED, ACTION_ONGOING, AGAIN, SUBMITTED),
            mayPark(SUBMITTED, ACTION_UNKNOWN, AGAIN, SUBMITTED),
            goesOn(ABORTING, TIMER_FIRED, DUE + SKIPPED, ABORTING, FAILED),
            goesOn(ABORTING, RESUMED, DUE + SKIPPED, ABORTING, FAILED),
            goesOn(ABORTING, FORCE_STOPPED, STOPPED, FAILED),
            goesOn(ABORTING, COMPENSATION_SUCCEEDED, "failed after the last", ABORTING, FAILED),
            mayPark(ABORTING, COMPENSATION_REFUSED, AGAIN, ABORTING),
            goesOn(ABORTING, COMPENSATION_ONGOING, AGAIN, ABORTING),
            mayPark(ABORTING, COMPENSATION_UNKNOWN, AGAIN, ABORTING));

    static final List<Rule> WORKFLOW = List.of(
            goesOn(PREPARED, EventKind.PREPARED, STORED, PREPARED),
            goesOn(PREPARED, BRANCH_REGISTERED, "what a branch answered is kept", PREPARED),
            goesOn(PREPARED, FINISHED, "the application's own verdict", SUCCEEDED, FAILED),
            goesOn(PREPARED, TIMER_FIRED, "calls the application back", PREPARED),
            goesOn(PREPARED, RESUMED, "calls the application back", PREPARED),
            goesOn(PREPARED, FORCE_STOPPED, STOPPED, FAILED),
            goesOn(PREPARED, ACTION_SUCCEEDED, "called back later, unless it finishes before", PREPARED),
            goesOn(PREPARED, ACTION_REFUSED, "called back later, unless it finishes before", PREPARED),
            goesOn(PREPARED, ACTION_ONGOING, "called back later", PREPARED),
            mayPark(PREPARED, ACTION_UNKNOWN, "called back after the back-off", PREPARED));

    private PreparedTransitions() {}
}
