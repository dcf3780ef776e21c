package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Effect;
import io.ordersaga.coordinator.engine.Effect.Durability;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.EventKind;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One saga on one node, from the moment it is ours until it ends, waits, or is somebody else's: what is to be
/// done about everything that happens. Pure: no thread, clock or I/O, so that a simulation plays the very same
/// decisions as production.
///
/// Not thread-safe: one input at a time. After its last action ([Action.Release], [Action.HandOver] or
/// [Action.Lost]) it answers every input with nothing.
public final class SagaDriver {

    private final Engine engine;
    private final Event first;
    private final Set<Outstanding> outstanding = new HashSet<>();
    /// What waits for the write under way; empty when there is none.
    private final Deque<Effect> afterWrite = new ArrayDeque<>();
    /// What is left to do of a decision that was made and written before.
    private final Deque<Effect> decided = new ArrayDeque<>();
    /// Answers that came during a write.
    private final Deque<Event.BranchAnswered> kept = new ArrayDeque<>();
    private Saga saga;
    private @Nullable Lease lease;
    private boolean writing;
    private boolean parking;
    private boolean stopping;
    private boolean over;

    /// A call that did not come back yet.
    private record Outstanding(int step, Op op) {}

    private SagaDriver(Engine engine, Saga saga, @Nullable Lease lease, Event first) {
        this.engine = engine;
        this.saga = saga;
        this.lease = lease;
        this.first = first;
    }

    /// A saga that was submitted here and is not stored yet.
    public static SagaDriver submitted(Engine engine, Saga fresh) {
        return new SagaDriver(engine, fresh, null, new Event.Submitted());
    }

    /// A transaction that is announced here and is not stored yet.
    public static SagaDriver prepared(Engine engine, Saga announced) {
        return new SagaDriver(engine, announced, null, new Event.Prepared());
    }

    /// A transaction that was taken over with a decision, which is written already.
    public static SagaDriver takenOver(Engine engine, Lease lease, Transition decided) {
        SagaDriver driver = new SagaDriver(engine, decided.saga(), lease, new Event.Resumed());
        decided.effects().stream()
                .filter(effect -> !(effect instanceof Effect.Persist))
                .forEach(driver.decided::add);
        return driver;
    }

    /// A saga that was claimed.
    public static SagaDriver claimed(Engine engine, Claim claim) {
        Event first = claim.abandoned() ? new Event.Resumed() : new Event.TimerFired();
        return new SagaDriver(engine, claim.saga(), claim.lease(), first);
    }

    /// Whether a call may begin: the owner of a lease that is over must not act on it.
    ///
    /// @param heldFor how long ago the last write or renewal that succeeded was begun
    public static boolean mayCall(Duration heldFor, Duration lease) {
        return heldFor.compareTo(lease) < 0;
    }

    /// The state as far as this node knows it.
    public Saga saga() {
        return saga;
    }

    /// Empty before the saga is stored.
    public Optional<Lease> lease() {
        return Optional.ofNullable(lease);
    }

    /// How many calls are out.
    public int callsOut() {
        return outstanding.size();
    }

    public boolean isOver() {
        return over;
    }

    /// What is to be done now.
    ///
    /// @throws IllegalStateException when the input answers nothing that was asked for
    public List<Action> on(Input input, Instant now) {
        if (over) {
            return List.of();
        }
        List<Action> actions = new ArrayList<>(4);
        switch (input) {
            case Input.Begin _ when !decided.isEmpty() -> carryOut(decided, actions);
            case Input.Begin _ -> step(first, now, actions);
            case Input.Inserted(Insertion insertion) -> inserted(insertion, now, actions);
            case Input.Written(boolean held) -> written(held, now, actions);
            case Input.Answered(int step, Op op, BranchOutcome outcome) -> answered(step, op, outcome, now, actions);
            case Input.StoreFailed(RuntimeException failure) -> storeFailed(failure, actions);
            case Input.LeaseLost _ -> leaseLost(actions);
            case Input.Stopping _ -> stopping = true;
        }
        return actions;
    }

    private void inserted(Insertion insertion, Instant now, List<Action> actions) {
        requireWriting();
        switch (insertion) {
            case Insertion.Inserted(Lease ours) -> {
                lease = ours;
                afterWrite(now, actions);
            }
            case Insertion.Known known -> {
                actions.add(new Action.Answer(answerFor(known)));
                end(new Action.Release(Optional.empty()), actions);
            }
        }
    }

    private SubmitAnswer answerFor(Insertion.Known known) {
        boolean again = first instanceof Event.Prepared && known.status() != SagaStatus.PREPARED;
        if (again) {
            return new SubmitAnswer.WrongStatus(saga.definition().mode(), known.status());
        }
        if (!known.sameContent()) {
            return new SubmitAnswer.GidReused();
        }
        return known.status().isTerminal()
                ? new SubmitAnswer.AlreadyFinished(known.status())
                : new SubmitAnswer.Accepted();
    }

    private void written(boolean held, Instant now, List<Action> actions) {
        requireWriting();
        if (held) {
            afterWrite(now, actions);
        } else {
            end(new Action.Lost("somebody else has it"), actions);
        }
    }

    private void answered(int step, Op op, BranchOutcome outcome, Instant now, List<Action> actions) {
        if (!outstanding.remove(new Outstanding(step, op))) {
            throw new IllegalStateException("saga " + saga.gid() + ": nobody asked for " + op + " of step " + step);
        }
        Event.BranchAnswered answer = new Event.BranchAnswered(step, op, outcome);
        if (writing) {
            kept.add(answer);
        } else {
            step(answer, now, actions);
        }
    }

    /// What the store cannot write because of what it is would fail for ever; so the saga is parked, once.
    private void storeFailed(RuntimeException failure, List<Action> actions) {
        if (lease == null && failure instanceof StoreOverloadedException overload) {
            actions.add(new Action.Answer(new SubmitAnswer.Overloaded(overload.retryAfter())));
            end(new Action.Release(Optional.empty()), actions);
        } else if (lease == null
                || parking
                || saga.status().isTerminal()
                || failure instanceof StoreUnavailableException) {
            end(new Action.Lost("nobody knows whether it was written: " + failure.getMessage()), actions);
        } else {
            writing = false;
            afterWrite.clear();
            park("it could not be written: " + failure, actions);
        }
    }

    /// An insert that is under way brings its own lease, so there is none yet to be lost.
    private void leaseLost(List<Action> actions) {
        if (lease != null) {
            end(new Action.Lost("the lease is over"), actions);
        }
    }

    /// The engine is pure: what it cannot decide now it could not decide at the next try either.
    private void step(Event event, Instant now, List<Action> actions) {
        Transition transition;
        try {
            transition = engine.step(saga, event, now);
        } catch (RuntimeException bug) {
            if (lease == null || saga.status().isTerminal()) {
                throw bug;
            }
            park("a bug met " + EventKind.of(event).name().toLowerCase(Locale.ROOT) + ": " + bug, actions);
            return;
        }
        saga = transition.saga();
        carryOut(new ArrayDeque<>(transition.effects()), actions);
    }

    private void park(String reason, List<Action> actions) {
        parking = true;
        Transition transition = engine.parkFor(saga, reason);
        saga = transition.saga();
        carryOut(new ArrayDeque<>(transition.effects()), actions);
    }

    private void afterWrite(Instant now, List<Action> actions) {
        writing = false;
        Deque<Effect> rest = new ArrayDeque<>(afterWrite);
        afterWrite.clear();
        carryOut(rest, actions);
        while (!kept.isEmpty() && !writing && !over) {
            step(kept.remove(), now, actions);
        }
    }

    private void carryOut(Deque<Effect> effects, List<Action> actions) {
        while (!effects.isEmpty() && !writing && !over) {
            switch (effects.remove()) {
                case Effect.Persist(Durability durability) -> persist(durability, effects, actions);
                case Effect.CallBranch(BranchCall call) -> call(call, actions);
                case Effect.Park _ -> end(new Action.Release(Optional.empty()), actions);
                case Effect.WakeAt(Instant instant) -> end(new Action.Release(Optional.of(instant)), actions);
                case Effect.AnswerSubmitter(SubmitAnswer answer) -> actions.add(new Action.Answer(answer));
                case Effect.Finish _ -> end(new Action.Release(Optional.empty()), actions);
            }
        }
        if (stopping && !writing && !over && outstanding.isEmpty() && kept.isEmpty() && lease != null) {
            end(new Action.HandOver(lease), actions);
        }
    }

    private void persist(Durability durability, Deque<Effect> rest, List<Action> actions) {
        if (lease != null && durability == Durability.LAZY) {
            actions.add(new Action.WriteLater(lease, saga));
            return;
        }
        writing = true;
        afterWrite.addAll(rest);
        actions.add(lease == null ? new Action.Insert(saga) : new Action.Write(lease, saga));
    }

    /// A stopping node calls nobody: whoever gets the saga next does.
    private void call(BranchCall call, List<Action> actions) {
        if (!stopping) {
            outstanding.add(new Outstanding(call.step(), call.op()));
            actions.add(new Action.Call(call));
        }
    }

    private void end(Action last, List<Action> actions) {
        over = true;
        actions.add(last);
    }

    private void requireWriting() {
        if (!writing) {
            throw new IllegalStateException("saga " + saga.gid() + ": nothing is being written");
        }
    }
}
