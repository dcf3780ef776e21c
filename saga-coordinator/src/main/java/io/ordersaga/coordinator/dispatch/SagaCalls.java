package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.dispatch.SagaRun.Tools;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The calls of one [SagaRun]: counted, logged, kept in the journal, and watched for those that hang.
/// Thread-safe.
final class SagaCalls {

    /// A participant that takes longer is waited for without a place.
    private static final long HANGS_AFTER_NANOS = Duration.ofMillis(500).toNanos();
    /// And one that answers nobody, sooner: a queue in front of a busy one gets on, a dead one's fills
    /// all places.
    private static final long SILENT_AFTER_NANOS = Duration.ofMillis(100).toNanos();

    private final Tools tools;
    private final SagaLog log;
    /// When the latest call began; 0 while none is out.
    private volatile long callingSinceNanos;

    private volatile String callingUrl = "";

    /// What a call's answer is noted with.
    record Made(BranchCall call, long sagaId, int attempt, Instant started, long startNanos) {}

    SagaCalls(Tools tools, SagaLog log) {
        this.tools = tools;
        this.log = log;
    }

    /// Whether the saga waits for a participant that takes long, or that nobody hears anything from.
    boolean hang(long nowNanos) {
        long since = callingSinceNanos;
        if (since == 0) {
            return false;
        }
        long age = nowNanos - since;
        return age > HANGS_AFTER_NANOS
                || (age > SILENT_AFTER_NANOS
                        && tools.targets().isSilentSince(callingUrl, nowNanos - SILENT_AFTER_NANOS));
    }

    /// A call begins now.
    Made making(BranchCall call, Optional<Lease> lease, int attempt) {
        long startNanos = System.nanoTime();
        callingUrl = call.url();
        callingSinceNanos = startNanos;
        return new Made(
                call,
                lease.map(Lease::sagaId).orElse(0L),
                attempt,
                tools.clock().instant(),
                startNanos);
    }

    /// Calls and waits for the answer. Whatever goes wrong in a way that nobody thought of is an
    /// answer, too: a saga that waited for one that never comes would be kept for ever.
    Input answer(Made made, boolean urgent) {
        BranchOutcome outcome;
        try {
            outcome = tools.targets().call(made.call(), urgent);
        } catch (RuntimeException | Error bug) {
            outcome = failedInside(bug);
        }
        return noted(made, outcome);
    }

    BranchOutcome failedInside(Throwable bug) {
        log.bug(bug);
        return new BranchOutcome.Unknown("the call failed inside the coordinator: " + bug, Trouble.ERROR);
    }

    /// The call is over; tells everybody who wants to know.
    Input noted(Made made, BranchOutcome outcome) {
        BranchCall call = made.call();
        callingSinceNanos = 0;
        try {
            tools.metrics().answered(call.op(), outcome);
            log.answered(call, outcome);
            if (isWorthKeeping(made, outcome)) {
                record(made, outcome);
            }
            if (outcome instanceof BranchOutcome.Unknown unknown && unknown.trouble() != Trouble.TARGET_PAUSED) {
                tools.targets().failedAgain(call, unknown, made.attempt() + 1);
            }
        } catch (RuntimeException bug) {
            log.bug(bug);
        }
        return new Input.Answered(call.step(), call.op(), outcome);
    }

    /// A long row of calls that were not made says nothing that its beginning does not say.
    private boolean isWorthKeeping(Made made, BranchOutcome outcome) {
        boolean paused =
                outcome instanceof BranchOutcome.Unknown(String _, Trouble trouble) && trouble == Trouble.TARGET_PAUSED;
        return paused
                ? tools.targets().pauses().isNews(made.sagaId())
                : Target.wasCalled(outcome) || Integer.bitCount(made.attempt()) <= 1;
    }

    private void record(Made made, BranchOutcome outcome) {
        BranchCall call = made.call();
        tools.store()
                .record(new Attempt(
                        made.sagaId(),
                        call.step(),
                        call.op(),
                        made.attempt(),
                        made.started(),
                        Duration.ofNanos(System.nanoTime() - made.startNanos()),
                        tools.node(),
                        call.url(),
                        outcome.word(),
                        SagaLog.detail(outcome),
                        log.traceId()));
    }
}
