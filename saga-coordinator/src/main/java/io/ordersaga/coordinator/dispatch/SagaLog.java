package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/// What is said about one saga. Its lines carry its gid, and the trace of the request that handed it in.
final class SagaLog {
    /// The name under which every program logs its trace.
    private static final String TRACE_ID = "traceId";

    private static final int WAITS_IN_A_ROW = 4;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-.*");

    private static final Logger log = LoggerFactory.getLogger("io.ordersaga.coordinator.sagas");

    private final Gid gid;
    private final Optional<String> traceId;
    private volatile String lastOutcome = "nothing asked";
    private volatile boolean lastWasNoNews;

    SagaLog(SagaDefinition definition) {
        this.gid = definition.gid();
        // The trace id is the second part of the W3C header that the branches get.
        this.traceId = Optional.ofNullable(definition.branchHeaders().get("traceparent"))
                .filter(traceparent -> TRACEPARENT.matcher(traceparent).matches())
                .map(traceparent -> traceparent.substring(3, 35));
    }

    Optional<String> traceId() {
        return traceId;
    }

    /// Does the work in this thread with the saga's names in its log context.
    void within(Runnable work) {
        MDC.put("gid", gid.value());
        traceId.ifPresent(id -> MDC.put(TRACE_ID, id));
        try {
            work.run();
        } finally {
            MDC.clear();
        }
    }

    /// A target that is left alone is said once by its breaker, and not with every saga that waits for it.
    void answered(BranchCall call, BranchOutcome outcome) {
        lastOutcome = outcome.word();
        lastWasNoNews = isNoNews(outcome);
        log.atLevel(lastWasNoNews ? Level.DEBUG : Level.INFO)
                .setMessage("saga {} branch {} {} {}{}")
                .addArgument(gid)
                .addArgument(call::branchId)
                .addArgument(() -> call.opName())
                .addArgument(outcome.word())
                .addArgument(() -> detail(outcome).isEmpty() ? "" : ": " + detail(outcome))
                .addKeyValue("branch_id", call::branchId)
                .addKeyValue("op", () -> call.opName())
                .addKeyValue("outcome", outcome.word())
                .addKeyValue("url", call::url)
                .log();
    }

    private static boolean isNoNews(BranchOutcome outcome) {
        return switch (outcome) {
            case BranchOutcome.Succeeded _ -> true;
            case BranchOutcome.Refused _, BranchOutcome.Ongoing _ -> false;
            case BranchOutcome.Unknown _ -> !Target.wasCalled(outcome);
        };
    }

    /// Why, in words; empty when there is nothing to say.
    static String detail(BranchOutcome outcome) {
        return switch (outcome) {
            case BranchOutcome.Succeeded _, BranchOutcome.Ongoing _ -> "";
            case BranchOutcome.Refused(var rejection) -> rejection.reason();
            case BranchOutcome.Unknown(String cause, var _) -> cause;
        };
    }

    void waits(Saga saga, Instant due) {
        int attempts = saga.retrying().attempts();
        // Waits get longer, and a long row of them is not news any more.
        boolean isNews = attempts < WAITS_IN_A_ROW ? !lastWasNoNews : Integer.bitCount(attempts) == 1;
        log.atLevel(isNews ? Level.INFO : Level.DEBUG)
                .setMessage("saga {} waits until {} after {} unanswered calls: {}")
                .addArgument(gid)
                .addArgument(due)
                .addArgument(attempts)
                .addArgument(lastOutcome)
                .addKeyValue("attempts", attempts)
                .addKeyValue("next_retry", due)
                .log();
    }

    /// A success is what everybody expects, and the line about it was a tenth of the work on a short saga; its journal
    /// tells more.
    void finished(Saga saga) {
        log.atLevel(saga.status() == SagaStatus.SUCCEEDED ? Level.DEBUG : Level.INFO)
                .setMessage("saga {} {}{}")
                .addArgument(gid)
                .addArgument(saga.status().wireName())
                .addArgument(saga.rejection()
                        .map(rejection -> ": " + rejection.reason())
                        .orElse(""))
                .addKeyValue("status", saga.status().wireName())
                .log();
    }

    void parked(Saga saga) {
        log.atWarn()
                .setMessage("saga {} is parked in status {} until somebody releases it: {}")
                .addArgument(gid)
                .addArgument(saga.status().wireName())
                .addArgument(saga.parked().orElse(""))
                .addKeyValue("status", saga.status().wireName())
                .log();
    }

    void lost(Optional<Lease> lease, String why) {
        log.warn(
                "saga {} is let go of: {}; whoever has it or claims it carries it on (epoch {})",
                gid,
                why,
                lease.map(held -> String.valueOf(held.epoch())).orElse("unknown"));
    }

    void storeFailed(RuntimeException failure) {
        log.warn("saga {} could not be written", gid, failure);
    }

    void bug(Throwable bug) {
        log.error("saga {} met a bug", gid, bug);
    }
}
