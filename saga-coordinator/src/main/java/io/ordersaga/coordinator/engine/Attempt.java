package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One call of a branch, for whoever looks at the saga later; nothing is decided by it. Texts that are too long
/// are cut, and say so.
///
/// @param sagaId the saga's row: [Lease#sagaId]
/// @param step number of the step, from 0
/// @param attempt how many calls of this branch in a row had no known outcome before this one, from 0
/// @param started by the clock of the coordinator that called
/// @param node that coordinator, at most [#NODE_LENGTH_MAX] characters
/// @param target the address that was called, at most [#TARGET_LENGTH_MAX] characters
/// @param outcome [BranchOutcome#word], [#FORCED] or [#SKIPPED], at most [#OUTCOME_LENGTH_MAX] characters
/// @param detail reason or cause, empty when there is none, at most [#DETAIL_LENGTH_MAX] characters
/// @param traceId the trace the call belongs to, at most [#TRACE_LENGTH_MAX] characters
public record Attempt(
        long sagaId,
        int step,
        Op op,
        int attempt,
        Instant started,
        Duration took,
        String node,
        String target,
        String outcome,
        String detail,
        Optional<String> traceId) {

    /// The outcome of an action that somebody took as done: nobody was called.
    public static final String FORCED = "forced";

    /// The outcome of a compensation that somebody took as done: nobody was called.
    public static final String SKIPPED = "skipped";

    public static final int NODE_LENGTH_MAX = 64;
    public static final int TARGET_LENGTH_MAX = 512;
    public static final int OUTCOME_LENGTH_MAX = 16;
    public static final int DETAIL_LENGTH_MAX = 2048;
    public static final int TRACE_LENGTH_MAX = 64;

    public Attempt {
        node = CutText.to(NODE_LENGTH_MAX, node);
        target = CutText.to(TARGET_LENGTH_MAX, target);
        outcome = CutText.to(OUTCOME_LENGTH_MAX, outcome);
        detail = CutText.to(DETAIL_LENGTH_MAX, detail);
        traceId = traceId.map(id -> CutText.to(TRACE_LENGTH_MAX, id));
    }
}
