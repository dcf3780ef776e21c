package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Effect;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/// Carries one saga on until it ends, has to wait, or is no longer ours: asks the engine, does what it says,
/// and comes back with the next event. One thread each.
final class SagaRun {
    /// The name under which every program logs its trace.
    private static final String TRACE_ID = "traceId";

    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-.*");

    private static final Logger log = LoggerFactory.getLogger("io.ordersaga.coordinator.sagas");

    /// What all runs share.
    ///
    /// @param stopping whether this node is about to stop, and starts no call any more
    record Tools(
            Engine engine,
            SagaStore store,
            BranchCaller caller,
            InstantSource clock,
            Waker waker,
            RunningSagas running,
            DispatchMetrics metrics,
            Duration lease,
            BooleanSupplier stopping) {}

    private final Tools tools;
    private final Submitter submitter;
    private Saga saga;
    private @Nullable Event next;
    private @Nullable Lease lease;
    private Optional<BranchOutcome> lastOutcome = Optional.empty();
    private volatile boolean lost;
    private volatile long heldSinceNanos = System.nanoTime();

    /// A saga that was submitted here.
    SagaRun(Tools tools, Saga fresh, Submitter submitter) {
        this.tools = tools;
        this.submitter = submitter;
        this.saga = fresh;
        this.next = new Event.Submitted();
    }

    /// A saga that was claimed.
    SagaRun(Tools tools, SagaStore.Claim claim) {
        this.tools = tools;
        this.submitter = Submitter.nobody();
        this.saga = claim.saga();
        this.next = claim.abandoned() ? new Event.Resumed() : new Event.TimerFired();
        this.lease = claim.lease();
        tools.running().add(claim.lease(), this);
    }

    Duration heldFor() {
        return Duration.ofNanos(System.nanoTime() - heldSinceNanos);
    }

    void holdSince(long nanos) {
        heldSinceNanos = nanos;
    }

    /// Somebody else has the saga now.
    void lose() {
        lost = true;
    }

    void run() {
        MDC.put("gid", saga.gid().value());
        traceId().ifPresent(traceId -> MDC.put(TRACE_ID, traceId));
        try {
            while (next != null) {
                Event event = next;
                next = null;
                carryOut(tools.engine().step(saga, event, tools.clock().instant()));
            }
        } finally {
            MDC.clear();
        }
    }

    /// The trace that the saga was submitted in: the second part of the W3C header that its branches get.
    private Optional<String> traceId() {
        return Optional.ofNullable(saga.definition().branchHeaders().get("traceparent"))
                .filter(traceparent -> TRACEPARENT.matcher(traceparent).matches())
                .map(traceparent -> traceparent.substring(3, 35));
    }

    Submitter submitter() {
        return submitter;
    }

    private void carryOut(Transition transition) {
        saga = transition.saga();
        for (Effect effect : transition.effects()) {
            boolean goOn = switch (effect) {
                case Effect.Persist _ -> persist();
                case Effect.CallBranch(BranchCall call) -> call(call);
                case Effect.Park _ -> park();
                case Effect.WakeAt(Instant instant) -> letGoUntil(instant);
                case Effect.AnswerSubmitter(SubmitAnswer answer) -> answer(answer);
                case Effect.Finish _ -> finish();
            };
            if (!goOn) {
                return;
            }
        }
    }

    /// Every write is awaited for now, also those that need not be.
    private boolean persist() {
        long beforeNanos = System.nanoTime();
        Lease held = lease;
        if (held == null) {
            return insert(beforeNanos);
        }
        if (tools.store().save(held, saga)) {
            heldSinceNanos = beforeNanos;
            return true;
        }
        letGoAsLost(held);
        return false;
    }

    private boolean insert(long beforeNanos) {
        return switch (tools.store().insert(saga)) {
            case Insertion.Inserted(Lease inserted) -> {
                lease = inserted;
                heldSinceNanos = beforeNanos;
                tools.running().add(inserted, this);
                yield true;
            }
            case Insertion.Known known -> {
                submitter.hear(answerFor(known));
                yield false;
            }
        };
    }

    private static SubmitAnswer answerFor(Insertion.Known known) {
        if (!known.sameContent()) {
            return new SubmitAnswer.GidReused();
        }
        return known.status().isTerminal()
                ? new SubmitAnswer.AlreadyFinished(known.status())
                : new SubmitAnswer.Accepted();
    }

    private boolean call(BranchCall call) {
        if (tools.stopping().getAsBoolean()) {
            return false;
        }
        Lease held = lease;
        if (held != null && (lost || heldFor().compareTo(tools.lease()) >= 0)) {
            letGoAsLost(held);
            return false;
        }
        BranchOutcome outcome = tools.caller().call(call);
        tools.metrics().answered(call.op(), outcome);
        logAnswer(call, outcome);
        lastOutcome = Optional.of(outcome);
        next = new Event.BranchAnswered(call.step(), call.op(), outcome);
        return true;
    }

    private boolean letGoUntil(Instant instant) {
        release();
        tools.waker().wakeAt(instant);
        log.atInfo()
                .setMessage("saga {} waits until {} after {} unanswered calls: {}")
                .addArgument(saga.gid())
                .addArgument(instant)
                .addArgument(saga.retrying().attempts())
                .addArgument(lastOutcome.map(BranchOutcome::word).orElse("nothing asked"))
                .addKeyValue("attempts", saga.retrying().attempts())
                .addKeyValue("next_retry", instant)
                .log();
        return true;
    }

    private boolean park() {
        release();
        log.warn("saga {} is parked until somebody releases it: {}", saga.gid(), saga.parked().orElse(""));
        return true;
    }

    private boolean answer(SubmitAnswer answer) {
        submitter.hear(answer);
        return true;
    }

    private boolean finish() {
        release();
        tools.metrics().finished(saga.status());
        log.atInfo()
                .setMessage("saga {} {}{}")
                .addArgument(saga.gid())
                .addArgument(saga.status().wireName())
                .addArgument(saga.rejection()
                        .map(rejection -> ": " + rejection.reason())
                        .orElse(""))
                .addKeyValue("status", saga.status().wireName())
                .log();
        return true;
    }

    private void letGoAsLost(Lease held) {
        release();
        tools.metrics().lost();
        log.warn("saga {} is no longer ours (epoch {}); whoever has it carries it on", saga.gid(), held.epoch());
    }

    /// The lease is left to end: nobody knows what the store has of the last write.
    void forget() {
        release();
    }

    private void release() {
        if (lease != null) {
            tools.running().remove(lease);
        }
    }

    private void logAnswer(BranchCall call, BranchOutcome outcome) {
        String detail = switch (outcome) {
            case BranchOutcome.Succeeded _, BranchOutcome.Ongoing _ -> "";
            case BranchOutcome.Refused(var rejection) -> ": " + rejection.reason();
            case BranchOutcome.Unknown(String cause, var _) -> ": " + cause;
        };
        log.atLevel(outcome instanceof BranchOutcome.Succeeded ? Level.DEBUG : Level.INFO)
                .setMessage("saga {} branch {} {} {}{}")
                .addArgument(saga.gid())
                .addArgument(call.branchId())
                .addArgument(call.op().wireName())
                .addArgument(outcome.word())
                .addArgument(detail)
                .addKeyValue("branch_id", call.branchId())
                .addKeyValue("op", call.op().wireName())
                .addKeyValue("outcome", outcome.word())
                .addKeyValue("url", call.url())
                .log();
    }
}
