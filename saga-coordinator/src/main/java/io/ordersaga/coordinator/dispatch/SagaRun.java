package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out what a [SagaDriver] says, and comes back with what became of it. On one thread at a time: one of
/// its own for whatever has to be waited for, and the connection's that brought a success for what follows from
/// it at once, mostly the next call; waking another thread costs more. Several calls at once have one more each.
final class SagaRun {

    /// What all runs share.
    ///
    /// @param wakeAt is told when a saga that was let go is due again
    /// @param node this coordinator's name, for the attempts
    /// @param stopping whether this node is about to stop or is drained, and starts no call any more
    /// @param handOverAlone hands a saga over at once; false when the node hands over all of them a little later
    record Tools(
            SagaStore store,
            Targets targets,
            InstantSource clock,
            Consumer<Instant> wakeAt,
            RunningSagas running,
            DispatchMetrics metrics,
            Duration lease,
            String node,
            BooleanSupplier stopping,
            Predicate<Lease> handOverAlone) {}

    private static final Next OPEN = new Next.Open();

    private final Tools tools;
    private final SagaDriver driver;
    private final Submitter submitter;
    private final Targets.Coming coming;
    private final SagaLog log;
    private final SagaCalls calls;
    private final boolean claimed;
    private final Runnable leavePlace;
    /// Only when several calls are out at once.
    private volatile @Nullable BlockingQueue<Input> mailbox;

    private volatile boolean lost;
    private volatile long heldSinceNanos = System.nanoTime();
    private boolean toldToStop;
    private boolean handsOver;
    private @Nullable RuntimeException failure;

    /// @param claimed whether it was claimed, and not submitted here
    /// @param leavePlace gives up the place that was taken for it, when it is over
    SagaRun(
            Tools tools,
            SagaDriver driver,
            Submitter submitter,
            Targets.Coming coming,
            boolean claimed,
            Runnable leavePlace) {
        this.tools = tools;
        this.driver = driver;
        this.submitter = submitter;
        this.coming = coming;
        this.claimed = claimed;
        this.leavePlace = leavePlace;
        this.log = new SagaLog(driver.saga().definition());
        this.calls = new SagaCalls(tools, log);
        driver.lease().ifPresent(lease -> tools.running().add(lease, this));
    }

    Duration heldFor() {
        return Duration.ofNanos(System.nanoTime() - heldSinceNanos);
    }

    void holdSince(long nanos) {
        heldSinceNanos = nanos;
    }

    /// See [SagaCalls#hang].
    boolean hangs(long nowNanos) {
        return calls.hang(nowNanos);
    }

    boolean isFresh() {
        return !claimed;
    }

    /// Somebody else has the saga now. Called by other threads.
    void lose() {
        lost = true;
        BlockingQueue<Input> waitedFor = mailbox;
        if (waitedFor != null) {
            waitedFor.add(new Input.LeaseLost());
        }
    }

    /// Works on the saga until there is nothing more to do here, in the background.
    void start() {
        goOnWaiting(() -> new Next.Known(new Input.Begin()));
    }

    private void goOnWaiting(Supplier<Next> next) {
        Thread.ofVirtual().name("saga-run").start(() -> goOn(next, true));
    }

    /// @param mayWait whether this thread is the run's own
    private void goOn(Supplier<Next> next, boolean mayWait) {
        log.within(() -> {
            boolean isOver = true;
            try {
                isOver = work(next.get(), mayWait);
                if (isOver) {
                    submitter.leave(failure);
                }
            } catch (RuntimeException | Error bug) {
                // The border of the thread: whatever it was, the saga stays as it was last written.
                isOver = true;
                log.bug(bug);
                submitter.leave(bug);
            } finally {
                if (isOver) {
                    end();
                }
            }
        });
    }

    private void end() {
        coming.arrive();
        if (!handsOver) {
            driver.lease().ifPresent(tools.running()::remove);
        }
        leavePlace.run();
    }

    /// @return false when it goes on elsewhere
    private boolean work(Next first, boolean mayWait) {
        Next next = first;
        while (!(next instanceof Next.Elsewhere)) {
            if (driver.isOver()) {
                return true;
            }
            if (!toldToStop && tools.stopping().getAsBoolean()) {
                toldToStop = true;
                driver.on(new Input.Stopping(), tools.clock().instant());
            }
            if (lost && driver.lease().isPresent()) {
                next = new Next.Known(new Input.LeaseLost());
            }
            next = switch (next) {
                case Next.Known(Input input) ->
                    carryOut(driver.on(input, tools.clock().instant()), 0, mayWait);
                case Next.Open _ when mayWait -> new Next.Known(awaitInput());
                case Next.Open open -> {
                    goOnWaiting(() -> open);
                    yield new Next.Elsewhere();
                }
                case Next.Elsewhere gone -> gone;
            };
        }
        return false;
    }

    /// The actions behind one that failed are left out: the failure ends the run.
    ///
    /// @return what became of the last action
    private Next carryOut(List<Action> actions, int from, boolean mayWait) {
        for (int index = from; index < actions.size(); index++) {
            Action action = actions.get(index);
            int at = index;
            if (!mayWait && waits(action)) {
                goOnWaiting(() -> carryOut(actions, at, true));
                return new Next.Elsewhere();
            }
            boolean alone = index == actions.size() - 1 && driver.callsOut() == 1;
            Next next = switch (action) {
                case Action.Insert(Saga saga) -> new Next.Known(insert(saga));
                case Action.Write(Lease lease, Saga saga) -> new Next.Known(write(lease, saga));
                case Action.WriteLater(Lease lease, Saga saga) -> writeLater(lease, saga);
                case Action.Call(BranchCall call) when alone -> callAlone(call, mayWait);
                case Action.Call(BranchCall call) -> callBesideOthers(call);
                case Action.Answer(var answer) -> {
                    submitter.hear(answer);
                    yield OPEN;
                }
                case Action.Release(Optional<Instant> due) -> {
                    release(due);
                    yield OPEN;
                }
                case Action.HandOver(Lease lease) -> {
                    // Else it is among the leases that the node hands over all at once.
                    handsOver = !tools.handOverAlone().test(lease);
                    yield OPEN;
                }
                case Action.Lost(String why) -> {
                    tools.metrics().lost();
                    log.lost(driver.lease(), why);
                    yield OPEN;
                }
            };
            if (!(next instanceof Next.Open)) {
                return next;
            }
        }
        return OPEN;
    }

    /// Whether it may take long: the store's answer, or a line of the log. What waits in a call, the
    /// call itself knows.
    private boolean waits(Action action) {
        return switch (action) {
            case Action.Insert _, Action.Write _, Action.HandOver _, Action.Lost _ -> true;
            case Action.Release _ -> driver.saga().status() != SagaStatus.SUCCEEDED;
            case Action.WriteLater _, Action.Call _, Action.Answer _ -> false;
        };
    }

    private Input awaitInput() {
        try {
            return mailbox().take();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return new Input.LeaseLost();
        }
    }

    private BlockingQueue<Input> mailbox() {
        BlockingQueue<Input> existing = mailbox;
        if (existing == null) {
            // At most one entry per call that is out, and one for each time the lease is lost.
            existing = new LinkedBlockingQueue<>();
            mailbox = existing;
        }
        return existing;
    }

    private Input insert(Saga saga) {
        long beforeNanos = System.nanoTime();
        try {
            Insertion insertion = tools.store().insert(saga);
            if (insertion instanceof Insertion.Inserted(Lease lease)) {
                heldSinceNanos = beforeNanos;
                tools.running().add(lease, this);
                storedWithin(System.nanoTime() - beforeNanos);
            }
            return new Input.Inserted(insertion);
        } catch (StoreOverloadedException full) {
            storedWithin(full.retryAfter().toNanos());
            return failed(full);
        } catch (RuntimeException unknown) {
            return failed(unknown);
        }
    }

    private void storedWithin(long nanos) {
        tools.metrics().stored(nanos);
        tools.running().fresh().stored(nanos, System.nanoTime());
    }

    /// A store without room took nothing, so there is no harm in trying again as long as the saga is ours.
    private Input write(Lease lease, Saga saga) {
        while (true) {
            long beforeNanos = System.nanoTime();
            try {
                boolean held = tools.store().save(lease, saga);
                if (held) {
                    heldSinceNanos = beforeNanos;
                }
                return new Input.Written(held);
            } catch (StoreOverloadedException full) {
                if (lost || !SagaDriver.mayCall(heldFor().plus(full.retryAfter()), tools.lease())) {
                    return failed(full);
                }
                LockSupport.parkNanos(full.retryAfter().toNanos());
            } catch (RuntimeException unknown) {
                return failed(unknown);
            }
        }
    }

    private Next writeLater(Lease lease, Saga saga) {
        try {
            tools.store().saveLater(lease, saga);
            return OPEN;
        } catch (RuntimeException refused) {
            return new Next.Known(failed(refused));
        }
    }

    private Input failed(RuntimeException reason) {
        failure = reason;
        log.storeFailed(reason);
        return new Input.StoreFailed(reason);
    }

    private boolean mayCall() {
        return !lost && SagaDriver.mayCall(heldFor(), tools.lease());
    }

    private boolean isUrgent() {
        return claimed || driver.saga().status() == SagaStatus.ABORTING;
    }

    /// Nothing else happens with the saga until the answer is here.
    private Next callAlone(BranchCall call, boolean mayWait) {
        if (!mayCall()) {
            return new Next.Known(new Input.LeaseLost());
        }
        coming.arrive();
        SagaCalls.Made made = making(call);
        Next.Meeting meeting = new Next.Meeting();
        boolean begun;
        try {
            begun = tools.targets().begin(call, isUrgent(), outcome -> answered(made, outcome, meeting));
        } catch (RuntimeException bug) {
            return new Next.Known(calls.noted(made, calls.failedInside(bug)));
        }
        if (begun) {
            return meeting.leave();
        }
        if (mayWait) {
            return new Next.Known(calls.answer(made, isUrgent()));
        }
        goOnWaiting(() -> callAlone(call, true));
        return new Next.Elsewhere();
    }

    /// On the connection's thread, whose time is everybody's: what is not the usual course goes on elsewhere.
    private void answered(SagaCalls.Made made, BranchOutcome outcome, Next.Meeting meeting) {
        if (outcome instanceof BranchOutcome.Succeeded) {
            Input input = calls.noted(made, outcome);
            if (meeting.brings(input)) {
                goOn(() -> new Next.Known(input), false);
            }
        } else {
            Thread.ofVirtual()
                    .name("saga-run")
                    .start(() -> log.within(() -> {
                        Input input = calls.noted(made, outcome);
                        if (meeting.brings(input)) {
                            goOn(() -> new Next.Known(input), true);
                        }
                    }));
        }
    }

    private SagaCalls.Made making(BranchCall call) {
        return calls.making(call, driver.lease(), driver.saga().retrying().attempts());
    }

    private Next callBesideOthers(BranchCall call) {
        if (!mayCall()) {
            return new Next.Known(new Input.LeaseLost());
        }
        coming.arrive();
        boolean urgent = isUrgent();
        SagaCalls.Made made = making(call);
        BlockingQueue<Input> answers = mailbox();
        Thread.ofVirtual().name("saga-call").start(() -> log.within(() -> answers.add(calls.answer(made, urgent))));
        return OPEN;
    }

    private void release(Optional<Instant> due) {
        Saga saga = driver.saga();
        driver.lease().ifPresent(lease -> {
            tools.running().remove(lease);
            if (saga.status().isTerminal()) {
                tools.metrics()
                        .finished(
                                saga,
                                Duration.between(saga.submitted(), tools.clock().instant()));
                log.finished(saga);
            } else if (saga.parked().isPresent()) {
                tools.metrics().parked();
                log.parked(saga);
            }
        });
        due.ifPresent(instant -> {
            tools.wakeAt().accept(instant);
            log.waits(saga, instant);
        });
    }
}
