package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
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
import org.jspecify.annotations.Nullable;

/// Carries out what a [SagaDriver] says, and comes back with what became of it. One thread each; when several
/// branches are called at once, one more for each call.
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

    /// A participant that takes longer is waited for without a place.
    private static final long HANGS_AFTER_NANOS = Duration.ofMillis(500).toNanos();
    /// And one that answers nobody, sooner: a queue in front of a busy one gets on, a dead one's fills all places.
    private static final long SILENT_AFTER_NANOS = Duration.ofMillis(100).toNanos();

    private final Tools tools;
    private final SagaDriver driver;
    private final Submitter submitter;
    private final Targets.Coming coming;
    private final SagaLog log;
    private final boolean claimed;
    /// Only when several calls are out at once.
    private volatile @Nullable BlockingQueue<Input> mailbox;

    private volatile boolean lost;
    /// When the latest call began; 0 while none is out.
    private volatile long callingSinceNanos;

    private volatile String callingUrl = "";
    private volatile long heldSinceNanos = System.nanoTime();
    private boolean toldToStop;
    private boolean handsOver;
    private @Nullable RuntimeException failure;

    /// @param claimed whether it was claimed, and not submitted here
    SagaRun(Tools tools, SagaDriver driver, Submitter submitter, Targets.Coming coming, boolean claimed) {
        this.tools = tools;
        this.driver = driver;
        this.submitter = submitter;
        this.coming = coming;
        this.claimed = claimed;
        this.log = new SagaLog(driver.saga().definition());
        driver.lease().ifPresent(lease -> tools.running().add(lease, this));
    }

    Duration heldFor() {
        return Duration.ofNanos(System.nanoTime() - heldSinceNanos);
    }

    void holdSince(long nanos) {
        heldSinceNanos = nanos;
    }

    boolean isFresh() {
        return !claimed;
    }

    /// Whether it waits for a participant that takes long, or that nobody hears anything from.
    boolean hangs(long nowNanos) {
        long since = callingSinceNanos;
        if (since == 0) {
            return false;
        }
        long age = nowNanos - since;
        return age > HANGS_AFTER_NANOS
                || (age > SILENT_AFTER_NANOS
                        && tools.targets().isSilentSince(callingUrl, nowNanos - SILENT_AFTER_NANOS));
    }

    /// Somebody else has the saga now. Called by other threads.
    void lose() {
        lost = true;
        BlockingQueue<Input> waitedFor = mailbox;
        if (waitedFor != null) {
            waitedFor.add(new Input.LeaseLost());
        }
    }

    /// Works on the saga until there is nothing more to do here.
    void run() {
        log.within(() -> {
            try {
                work();
                submitter.leave(failure);
            } catch (RuntimeException bug) {
                // The border of the thread: whatever it was, the saga stays as it was last written.
                log.bug(bug);
                submitter.leave(bug);
            } finally {
                coming.arrive();
                if (!handsOver) {
                    driver.lease().ifPresent(tools.running()::remove);
                }
            }
        });
    }

    private void work() {
        @Nullable Input next = new Input.Begin();
        while (!driver.isOver()) {
            if (!toldToStop && tools.stopping().getAsBoolean()) {
                toldToStop = true;
                next = carryOut(driver.on(new Input.Stopping(), tools.clock().instant()), next);
            }
            if (lost && driver.lease().isPresent()) {
                next = new Input.LeaseLost();
            }
            Input input = next == null ? awaitInput() : next;
            next = carryOut(driver.on(input, tools.clock().instant()), null);
        }
    }

    /// @return what became of the last action, or `otherwise` when nothing did yet. The actions behind one that
    ///     failed are left out: the failure ends the run
    private @Nullable Input carryOut(List<Action> actions, @Nullable Input otherwise) {
        for (int index = 0; index < actions.size(); index++) {
            boolean last = index == actions.size() - 1;
            Input next = switch (actions.get(index)) {
                case Action.Insert(Saga saga) -> insert(saga);
                case Action.Write(Lease lease, Saga saga) -> write(lease, saga);
                case Action.WriteLater(Lease lease, Saga saga) -> writeLater(lease, saga);
                case Action.Call(BranchCall call) -> call(call, last && driver.callsOut() == 1);
                case Action.Answer(var answer) -> {
                    submitter.hear(answer);
                    yield null;
                }
                case Action.Release(Optional<Instant> due) -> release(due);
                case Action.HandOver(Lease lease) -> {
                    // Else it is among the leases that the node hands over all at once.
                    handsOver = !tools.handOverAlone().test(lease);
                    yield null;
                }
                case Action.Lost(String why) -> {
                    tools.metrics().lost();
                    log.lost(driver.lease(), why);
                    yield null;
                }
            };
            if (next != null) {
                return next;
            }
        }
        return otherwise;
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

    private @Nullable Input writeLater(Lease lease, Saga saga) {
        try {
            tools.store().saveLater(lease, saga);
            return null;
        } catch (RuntimeException refused) {
            return failed(refused);
        }
    }

    private Input failed(RuntimeException reason) {
        failure = reason;
        log.storeFailed(reason);
        return new Input.StoreFailed(reason);
    }

    private @Nullable Input call(BranchCall call, boolean alone) {
        if (lost || !SagaDriver.mayCall(heldFor(), tools.lease())) {
            return new Input.LeaseLost();
        }
        coming.arrive();
        boolean urgent = claimed || driver.saga().status() == SagaStatus.ABORTING;
        long sagaId = driver.lease().map(Lease::sagaId).orElse(0L);
        int attempt = driver.saga().retrying().attempts();
        if (alone) {
            return answer(call, urgent, sagaId, attempt);
        }
        BlockingQueue<Input> answers = mailbox();
        Thread.ofVirtual()
                .name("saga-call")
                .start(() -> log.within(() -> answers.add(answer(call, urgent, sagaId, attempt))));
        return null;
    }

    /// Calls and waits for the answer. Whatever goes wrong in a way that nobody thought of is an answer, too: a
    /// saga that waited for one that never comes would be kept for ever.
    private Input answer(BranchCall call, boolean urgent, long sagaId, int attempt) {
        Instant started = tools.clock().instant();
        long startNanos = System.nanoTime();
        callingUrl = call.url();
        callingSinceNanos = startNanos;
        BranchOutcome outcome;
        try {
            outcome = tools.targets().call(call, urgent);
        } catch (RuntimeException | Error bug) {
            log.bug(bug);
            outcome = new BranchOutcome.Unknown("the call failed inside the coordinator: " + bug, Trouble.ERROR);
        }
        callingSinceNanos = 0;
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        try {
            tools.metrics().answered(call.op(), outcome);
            log.answered(call, outcome);
            if (isWorthKeeping(outcome, attempt, sagaId)) {
                record(call, outcome, started, took, sagaId, attempt);
            }
        } catch (RuntimeException bug) {
            log.bug(bug);
        }
        return new Input.Answered(call.step(), call.op(), outcome);
    }

    /// A long row of calls that were not made says nothing that its beginning does not say.
    private boolean isWorthKeeping(BranchOutcome outcome, int attempt, long sagaId) {
        boolean paused =
                outcome instanceof BranchOutcome.Unknown(String _, Trouble trouble) && trouble == Trouble.TARGET_PAUSED;
        return paused
                ? tools.targets().pauses().isNews(sagaId)
                : Target.wasCalled(outcome) || Integer.bitCount(attempt) <= 1;
    }

    private void record(
            BranchCall call, BranchOutcome outcome, Instant started, Duration took, long sagaId, int attempt) {
        tools.store()
                .record(new Attempt(
                        sagaId,
                        call.step(),
                        call.op(),
                        attempt,
                        started,
                        took,
                        tools.node(),
                        call.url(),
                        outcome.word(),
                        SagaLog.detail(outcome),
                        log.traceId()));
    }

    private @Nullable Input release(Optional<Instant> due) {
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
        return null;
    }
}
