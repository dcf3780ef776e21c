package io.ordersaga.coordinator.engine;

import io.ordersaga.coordinator.engine.Effect.AnswerSubmitter;
import io.ordersaga.coordinator.engine.Effect.CallBranch;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Effect.Finish;
import io.ordersaga.coordinator.engine.Effect.Persist;
import io.ordersaga.coordinator.engine.Effect.WakeAt;
import io.ordersaga.coordinator.engine.Turn.Paused;
import io.ordersaga.coordinator.engine.Turn.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One decision on its way: the state of a saga while a mode changes it, and the calls that follow from it. Made
/// for one event, and used by one thread.
///
/// It knows what all modes have in common: which changes must be durable before what follows from them, when a
/// saga has to wait or is parked, and what its submitter hears. It knows nothing of the order of branches.
final class Draft {

    private final Saga saga;
    private final Instant now;
    private final StepProgress[] steps;
    private final List<CallBranch> calls = new ArrayList<>(1);
    private SagaStatus status;
    private Retrying retrying;
    private Optional<Rejection> rejection;
    /// Whether there is anything that a store should know.
    private boolean changed;
    private int inFlight;
    private Bytes result = Bytes.EMPTY;

    Draft(Saga saga, Instant now) {
        this.saga = saga;
        this.now = now;
        this.steps = saga.progress().steps().toArray(StepProgress[]::new);
        this.status = saga.status();
        this.retrying = saga.retrying();
        this.rejection = saga.rejection();
        this.inFlight = saga.progress().inFlight();
    }

    SagaStatus status() {
        return status;
    }

    int steps() {
        return steps.length;
    }

    StepProgress step(int step) {
        return steps[step];
    }

    private String url(int step, Op op) {
        return saga.definition().steps().get(step).url(op);
    }

    /// The wait is over, or somebody released the saga. What was being done about its steps is not known here.
    void takeUp() {
        for (int step = 0; step < steps.length; step++) {
            steps[step] = steps[step].with(Turn.IDLE);
        }
        inFlight = 0;
        if (saga.parked().isPresent()) {
            retrying = retrying.answered();
            changed = true;
        } else {
            retrying = retrying.awake();
        }
    }

    /// A call came back.
    ///
    /// @throws IllegalStateException when no such call is outstanding
    void cameBack(int step, Op op) {
        if (step < 0 || step >= steps.length || !steps[step].turn().equals(new Turn.Called(op))) {
            throw new IllegalStateException("saga " + saga.gid() + " is " + status + " and awaits no " + op
                    + " of step " + step + ": " + saga.progress().steps());
        }
        turn(step, Turn.IDLE);
        inFlight--;
    }

    /// Calls a branch, or takes it as done when it has no URL.
    ///
    /// @return whether it is done
    boolean start(int step, Op op) {
        if (op == Op.ACTION) {
            reach(step, true);
        }
        if (url(step, op).isEmpty()) {
            set(step, op, BranchProgress.succeeded(now));
            return true;
        }
        turn(step, new Turn.Called(op));
        inFlight++;
        calls.add(new CallBranch(new BranchCall(saga.definition(), step, op, rejection)));
        return false;
    }

    void succeeded(int step, Op op) {
        set(step, op, BranchProgress.succeeded(now));
        definiteAnswer();
    }

    void failed(int step, Op op) {
        set(step, op, BranchProgress.failed(now));
    }

    void reach(int step, boolean reached) {
        StepProgress next = steps[step].withReached(reached);
        if (!next.equals(steps[step])) {
            steps[step] = next;
            changed = true;
        }
    }

    private void set(int step, Op op, BranchProgress progress) {
        steps[step] = steps[step].with(op, progress);
        changed = true;
    }

    private void turn(int step, Turn turn) {
        steps[step] = steps[step].with(turn);
    }

    /// The call is repeated after the next wait. The first without an outcome in a round counts for the round.
    void pause(int step, Op op, Reason reason, String cause) {
        boolean attempted = reason != Reason.ONGOING && reason != Reason.TARGET_PAUSED;
        if (attempted && unansweredThisRound() == 0) {
            retrying = retrying.withAttempts(retrying.attempts() + 1);
        }
        if (reason == Reason.ERROR && errorsThisRound() == 0) {
            retrying = retrying.withErrors(retrying.errors() + 1);
        }
        turn(step, new Paused(op, reason, cause));
    }

    private void definiteAnswer() {
        retrying = retrying.answered()
                .withAttempts(Math.min(unansweredThisRound(), 1))
                .withErrors(Math.min(errorsThisRound(), 1));
    }

    private int unansweredThisRound() {
        return paused(Reason.UNANSWERED) + errorsThisRound();
    }

    private int errorsThisRound() {
        return paused(Reason.ERROR);
    }

    private int paused(Reason reason) {
        int count = 0;
        for (StepProgress step : steps) {
            if (step.turn() instanceof Paused paused && paused.reason() == reason) {
                count++;
            }
        }
        return count;
    }

    /// Spends one of the retries that the submitter allows without a wait.
    ///
    /// @return false when there is none left
    boolean retryAtOnce() {
        if (retrying.retries() >= saga.definition().options().retryLimit()) {
            return false;
        }
        retrying = retrying.retriedAtOnce();
        changed = true;
        return true;
    }

    void rollBack(Rejection why) {
        status = SagaStatus.ABORTING;
        rejection = Optional.of(why);
        retrying = retrying.answered();
        for (int step = 0; step < steps.length; step++) {
            if (steps[step].turn() instanceof Paused) {
                turn(step, Turn.IDLE);
            }
        }
        changed = true;
    }

    /// What was announced goes on.
    void submit() {
        status = SagaStatus.SUBMITTED;
        retrying = retrying.answered();
        changed = true;
    }

    /// Over, with nothing to undo.
    void fail(Rejection why) {
        rejection = Optional.of(why);
        end(SagaStatus.FAILED);
    }

    void finish(Bytes changedResult) {
        result = changedResult;
    }

    /// The answer of a branch that is repeated until it succeeds: a refusal is no way back.
    void takeAnswer(int step, Op op, BranchOutcome outcome) {
        switch (outcome) {
            case BranchOutcome.Succeeded _ -> succeeded(step, op);
            case BranchOutcome.Ongoing _ -> pause(step, op, Reason.ONGOING, "ongoing");
            case BranchOutcome.Unknown unknown -> pause(step, op, Reason.of(unknown.trouble()), unknown.cause());
            case BranchOutcome.Refused(Rejection refused) ->
                pause(step, op, Reason.ERROR, "refused: " + refused.reason());
        }
    }

    /// An event that the mode knows nothing of.
    static IllegalStateException unfit(Mode mode, Event event) {
        return new IllegalStateException("a " + mode.wireName() + " does not know " + event);
    }

    void end(SagaStatus terminal) {
        status = terminal;
        changed = true;
    }

    Optional<Instant> deadline() {
        Duration timeout = saga.definition().options().timeoutToFail();
        return timeout.isZero()
                ? Optional.empty()
                : Optional.of(saga.submitted().plus(timeout));
    }

    boolean isTimedOut() {
        Duration timeout = saga.definition().options().timeoutToFail();
        return !timeout.isZero() && !now.isBefore(saga.submitted().plus(timeout));
    }

    /// The text is DTM's to the letter.
    Rejection timeout() {
        long seconds = saga.definition().options().timeoutToFail().toSeconds();
        return Rejection.ofReason("Timeout after " + seconds + " seconds");
    }

    /// The first transition of a saga, which has to be durable before anybody hears of it.
    Transition accept() {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Persist(Durability.AWAITED));
        effects.add(new AnswerSubmitter(new SubmitAnswer.Accepted()));
        addWhatFollows(effects);
        return new Transition(toSaga(), effects);
    }

    /// As [#accept], of what has nothing to do until then.
    Transition acceptUntil(Instant due) {
        return new Transition(
                waitingUntil(due),
                List.of(
                        new Persist(Durability.AWAITED),
                        new AnswerSubmitter(new SubmitAnswer.Accepted()),
                        new WakeAt(due)));
    }

    /// One more branch, which has to be durable before its application hears of it.
    Transition register(Step branch, Instant due) {
        Saga waiting = waitingUntil(due);
        List<StepProgress> longer = new ArrayList<>(waiting.progress().steps());
        longer.add(StepProgress.NONE);
        return new Transition(
                waiting.with(waiting.definition().with(branch), new Progress(longer)),
                List.of(
                        new Persist(Durability.AWAITED),
                        new AnswerSubmitter(new SubmitAnswer.Accepted()),
                        new WakeAt(due)));
    }

    /// Nothing to do until then.
    Transition restUntil(Instant due) {
        return new Transition(waitingUntil(due), List.of(new Persist(Durability.LAZY), new WakeAt(due)));
    }

    private Saga waitingUntil(Instant due) {
        Saga waiting = toSaga();
        return waiting.with(waiting.progress().atRest()).with(retrying.waitingUntil(due));
    }

    /// What was decided: calls when there are any, an end, nothing while calls are outstanding, and a wait when
    /// none is.
    Transition conclude(Waits waits) {
        boolean rests = !status.isTerminal() && inFlight == 0;
        if (rests) {
            return rest(waits);
        }
        List<Effect> effects = new ArrayList<>();
        if (changed) {
            effects.add(new Persist(mustNotBeForgotten() ? Durability.AWAITED : Durability.LAZY));
        }
        addWhatFollows(effects);
        return new Transition(toSaga(), effects);
    }

    /// The decision to roll back, and a success that would be decided otherwise if it were decided again: time or
    /// retries may be used up by then, and the submitter was told of the success.
    private boolean mustNotBeForgotten() {
        boolean rollsBack = saga.status() == SagaStatus.SUBMITTED && rejection.isPresent();
        boolean leavesPrepared = saga.status() == SagaStatus.PREPARED && status != SagaStatus.PREPARED;
        SagaOptions options = saga.definition().options();
        boolean mightFailLater = !options.timeoutToFail().isZero() || options.retryLimit() > 0;
        return rollsBack || leavesPrepared || (status == SagaStatus.SUCCEEDED && mightFailLater);
    }

    private void addWhatFollows(List<Effect> effects) {
        switch (status) {
            case PREPARED, SUBMITTED, ABORTING -> effects.addAll(calls);
            case SUCCEEDED -> {
                effects.add(new AnswerSubmitter(new SubmitAnswer.Succeeded()));
                effects.add(new Finish());
            }
            case FAILED -> {
                effects.add(new AnswerSubmitter(new SubmitAnswer.RolledBack(rejection.orElseThrow())));
                effects.add(new Finish());
            }
        }
    }

    /// Nothing can be done but ask again. An action whose saga has a deadline is asked until then.
    private Transition rest(Waits waits) {
        boolean endsByItself =
                saga.definition().mode().endsAtDeadline(status) && deadline().isPresent();
        if (!endsByItself && waits.parking().parks(retrying)) {
            return Waits.parked(toSaga(), whyParked());
        }
        Instant wanted = now.plus(pause(waits.backoff()));
        Instant due = endsByItself ? deadline().filter(wanted::isAfter).orElse(wanted) : wanted;
        return new Transition(
                waitingUntil(due),
                List.of(
                        new Persist(Durability.LAZY),
                        new AnswerSubmitter(new SubmitAnswer.Unfinished(rejection)),
                        new WakeAt(due)));
    }

    private Duration pause(Backoff backoff) {
        if (unansweredThisRound() > 0) {
            return backoff.afterUnknown(saga.definition(), retrying.attempts());
        }
        return paused(Reason.ONGOING) == 0
                ? backoff.whileTargetPaused(saga.definition())
                : backoff.afterOngoing(saga.definition(), retrying.attempts());
    }

    private String whyParked() {
        int worst = -1;
        Paused why = new Paused(Op.ACTION, Reason.ONGOING, "");
        for (int step = 0; step < steps.length; step++) {
            if (steps[step].turn() instanceof Paused paused
                    && (worst < 0 || paused.reason().compareTo(why.reason()) > 0)) {
                worst = step;
                why = paused;
            }
        }
        BranchCall call = new BranchCall(saga.definition(), Math.max(worst, 0), why.op(), rejection);
        return "branch " + call.branchId() + " " + call.opName() + ": " + retrying.attempts()
                + " attempts in a row without an outcome, " + retrying.errors() + " of them errors; the last: "
                + why.cause();
    }

    private Saga toSaga() {
        return new Saga(
                result.isEmpty() ? saga.definition() : saga.definition().with(result),
                status,
                new Progress(List.of(steps)),
                retrying,
                saga.submitted(),
                rejection,
                Optional.empty());
    }
}
