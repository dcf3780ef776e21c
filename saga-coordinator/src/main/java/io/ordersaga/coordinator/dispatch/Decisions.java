package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.ClientDecisions;
import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.DecisionStore.Outcome;
import io.ordersaga.coordinator.engine.DecisionStore.Stored;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.Transition;
import io.ordersaga.coordinator.engine.WorkflowMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What clients decide about transactions. A saga is only ever submitted, and goes its own way without a look at
/// what is stored; everything else may have been prepared, and is taken from there.
///
/// Safe for any number of threads.
public final class Decisions implements Submissions, ClientDecisions {

    private final Dispatcher dispatcher;
    private final Engine engine;
    private final DecisionStore store;
    private final int branchesMax;
    private final int bytesMax;
    private final InstantSource clock;

    /// @param branchesMax branches of one transaction
    /// @param bytesMax URLs and payloads of one transaction together
    public Decisions(
            Dispatcher dispatcher,
            Engine engine,
            DecisionStore store,
            int branchesMax,
            int bytesMax,
            InstantSource clock) {
        this.dispatcher = dispatcher;
        this.branchesMax = branchesMax;
        this.bytesMax = bytesMax;
        this.engine = engine;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Optional<SubmitAnswer.Overloaded> overload() {
        return dispatcher.overload();
    }

    @Override
    public SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience) {
        if (definition.mode() instanceof SagaMode) {
            return dispatcher.submit(definition, waitForEnd, patience);
        }
        return taken(definition.gid(), stored -> submitted(definition, stored), outcome -> switch (outcome) {
            case Outcome.Missing _ -> {
                dispatcher.leave();
                yield dispatcher.submit(definition, waitForEnd, patience);
            }
            case Outcome.Untouched(Stored stored) -> leave(submittedBefore(definition, stored));
            case Outcome.Changed changed -> dispatcher.goOn(changed, waitForEnd, patience);
        });
    }

    private Optional<Transition> submitted(SagaDefinition definition, Stored stored) {
        boolean fits = stored.saga().status() == SagaStatus.PREPARED && isSame(definition, stored);
        if (!fits) {
            return Optional.empty();
        }
        Saga saga = stored.saga();
        Duration delay = definition.extras().delay();
        Saga prepared = definition.mode() instanceof MsgMode && !delay.isZero() ? saga.delayedBy(delay) : saga;
        return Optional.of(engine.step(prepared, new Event.Submitted(), clock.instant()));
    }

    /// The submit of what was prepared may leave out what it consists of; it must not name something else.
    private static boolean isSame(SagaDefinition definition, Stored stored) {
        return stored.saga().definition().mode().equals(definition.mode())
                && (!definition.hasWork() || stored.digest().equals(definition.digest()));
    }

    private static SubmitAnswer submittedBefore(SagaDefinition definition, Stored stored) {
        if (!isSame(definition, stored)) {
            return new SubmitAnswer.GidReused();
        }
        SagaStatus status = stored.saga().status();
        return status == SagaStatus.SUBMITTED ? new SubmitAnswer.Accepted() : new SubmitAnswer.AlreadyFinished(status);
    }

    @Override
    public SubmitAnswer prepare(SagaDefinition definition, Duration patience) {
        return dispatcher.prepare(definition, patience);
    }

    @Override
    public SubmitAnswer abort(Gid gid, Rejection why, Duration patience) {
        return taken(
                gid,
                stored -> stored.saga().status() == SagaStatus.PREPARED && mayBeAborted(stored.saga())
                        ? Optional.of(engine.step(stored.saga(), new Event.Aborted(why), clock.instant()))
                        : Optional.empty(),
                outcome -> switch (outcome) {
                    case Outcome.Missing _ -> leave(new SubmitAnswer.NoSuchGid());
                    case Outcome.Untouched(Stored stored) -> leave(abortedBefore(stored.saga()));
                    case Outcome.Changed changed -> dispatcher.goOn(changed, false, patience);
                });
    }

    private static boolean mayBeAborted(Saga saga) {
        Mode mode = saga.definition().mode();
        return !(mode instanceof SagaMode || mode instanceof WorkflowMode);
    }

    private static SubmitAnswer abortedBefore(Saga saga) {
        return saga.status() == SagaStatus.ABORTING && mayBeAborted(saga)
                ? new SubmitAnswer.Accepted()
                : wrongStatus(saga);
    }

    @Override
    public SubmitAnswer register(Gid gid, Mode mode, Step branch) {
        DecisionStore.Decision decision = stored -> {
            if (!mayRegister(stored.saga(), mode)
                    || stored.saga().definition().steps().contains(branch)) {
                return Optional.empty();
            }
            requireRoomFor(branch, stored.saga().definition());
            return Optional.of(engine.step(stored.saga(), new Event.BranchRegistered(branch), clock.instant()));
        };
        // A workflow registers while it is called back, and that call has to come back to its caller. Whoever is about
        // to abort a tcc or xa transaction must do it again, with this branch.
        Outcome outcome = mode instanceof WorkflowMode ? store.extend(gid, decision) : store.takeOver(gid, decision);
        return switch (outcome) {
            case Outcome.Missing _ -> new SubmitAnswer.NoSuchGid();
            // The same once more: the first answer was lost on its way.
            case Outcome.Untouched(Stored stored) ->
                mayRegister(stored.saga(), mode) ? new SubmitAnswer.Accepted() : wrongStatus(stored.saga());
            case Outcome.Changed _ -> new SubmitAnswer.Accepted();
        };
    }

    private void requireRoomFor(Step branch, SagaDefinition definition) {
        long bytes = size(branch);
        for (Step step : definition.steps()) {
            bytes += size(step);
            boolean isTaken = step.label().branchId().equals(branch.label().branchId())
                    && step.label().op().equals(branch.label().op());
            if (isTaken) {
                throw new InvalidSagaException("branch_id", "is registered already, with other content");
            }
        }
        if (definition.steps().size() >= branchesMax) {
            throw new InvalidSagaException("branch_id", "is one more than the " + branchesMax + " that are allowed");
        }
        if (bytes > bytesMax) {
            throw new InvalidSagaException(
                    "data", "makes " + bytes + " bytes in all, at most " + bytesMax + " are allowed");
        }
        for (String url : List.of(branch.action(), branch.compensation())) {
            boolean isHttp = url.startsWith("http:") || url.startsWith("https:");
            if (!url.isEmpty() && !isHttp && definition.protocol() != Protocol.GRPC) {
                throw new InvalidSagaException(
                        "branch_id",
                        "has an address that a transaction of protocol "
                                + definition.protocol().name().toLowerCase(Locale.ROOT) + " cannot call");
            }
        }
    }

    private static long size(Step step) {
        return step.action().length()
                + (long) step.compensation().length()
                + step.payload().size();
    }

    private static boolean mayRegister(Saga saga, Mode mode) {
        return saga.status() == SagaStatus.PREPARED && saga.definition().mode().equals(mode);
    }

    @Override
    public SubmitAnswer finish(Gid gid, boolean succeeded, Rejection why, Bytes result, Duration patience) {
        Event finished = new Event.Finished(succeeded, why, result);
        return taken(
                gid,
                stored -> mayRegister(stored.saga(), new WorkflowMode())
                        ? Optional.of(engine.step(stored.saga(), finished, clock.instant()))
                        : Optional.empty(),
                outcome -> switch (outcome) {
                    case Outcome.Missing _ -> leave(new SubmitAnswer.NoSuchGid());
                    case Outcome.Untouched(Stored stored) -> leave(finishedBefore(stored.saga(), succeeded));
                    case Outcome.Changed changed -> dispatcher.goOn(changed, false, patience);
                });
    }

    /// Saying the same twice does no harm, and happens when the first answer was lost.
    private static SubmitAnswer finishedBefore(Saga saga, boolean succeeded) {
        SagaStatus wanted = succeeded ? SagaStatus.SUCCEEDED : SagaStatus.FAILED;
        boolean same = saga.definition().mode() instanceof WorkflowMode && saga.status() == wanted;
        return same ? new SubmitAnswer.Accepted() : wrongStatus(saga);
    }

    @Override
    public SubmitAnswer forceStop(Gid gid, Duration patience) {
        return taken(
                gid,
                stored -> stored.saga().status().isTerminal()
                        ? Optional.empty()
                        : Optional.of(engine.step(stored.saga(), new Event.ForceStopped(), clock.instant())),
                outcome -> switch (outcome) {
                    case Outcome.Missing _ -> leave(new SubmitAnswer.NoSuchGid());
                    case Outcome.Untouched(Stored stored) -> leave(wrongStatus(stored.saga()));
                    case Outcome.Changed changed -> dispatcher.goOn(changed, false, patience);
                });
    }

    private interface After {
        SubmitAnswer on(Outcome outcome);
    }

    /// A place first, so that nothing is taken over that nobody here may work on.
    private SubmitAnswer taken(Gid gid, DecisionStore.Decision decision, After after) {
        if (!dispatcher.enter()) {
            return Dispatcher.OVERLOADED;
        }
        Outcome outcome;
        try {
            outcome = store.takeOver(gid, decision);
        } catch (RuntimeException failure) {
            dispatcher.leave();
            throw failure;
        }
        return after.on(outcome);
    }

    private SubmitAnswer leave(SubmitAnswer answer) {
        dispatcher.leave();
        return answer;
    }

    private static SubmitAnswer wrongStatus(Saga saga) {
        return new SubmitAnswer.WrongStatus(saga.definition().mode(), saga.status());
    }
}
