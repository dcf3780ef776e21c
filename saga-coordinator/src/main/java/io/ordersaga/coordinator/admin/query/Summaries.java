package io.ordersaga.coordinator.admin.query;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.saga.v1.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What lists show of transactions. Thread-safe.
final class Summaries {

    private static final Logger log = LoggerFactory.getLogger(Summaries.class);
    private static final int AT_ONCE = 500;

    private final SummaryTable table;
    private final Function<Bytes, Progress> progresses;
    private final Masking masking;

    /// @param progresses reads a stored progress
    Summaries(SummaryTable table, Function<Bytes, Progress> progresses, Masking masking) {
        this.table = table;
        this.progresses = progresses;
        this.masking = masking;
    }

    /// In the order of the ids; what was deleted meanwhile is left out.
    List<TransactionSummary> of(List<Long> ids) {
        Map<Long, TransactionSummary> byId = new HashMap<>();
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
            Map<Long, TransactionSummary.Builder> builders = new HashMap<>();
            table.rows(some).forEach(row -> builders.put(row.id(), summary(row)));
            for (SummaryTable.Label label : table.labels(some)) {
                TransactionSummary.Builder builder = builders.get(label.sagaId());
                if (builder != null) {
                    label(builder, label);
                }
            }
            builders.forEach((id, builder) -> byId.put(id, builder.build()));
        }
        List<TransactionSummary> ordered = new ArrayList<>();
        for (Long id : ids) {
            TransactionSummary summary = byId.get(id);
            if (summary != null) {
                ordered.add(summary);
            }
        }
        return ordered;
    }

    private static void label(TransactionSummary.Builder builder, SummaryTable.Label label) {
        if (label.name().isEmpty()) {
            builder.setBusinessKey(label.value());
        } else {
            builder.putTags(label.name(), label.value());
        }
    }

    private TransactionSummary.Builder summary(SummaryTable.Row row) {
        TransactionStatus.Value status = status(row.status());
        TransactionSummary.Builder summary = TransactionSummary.newBuilder()
                .setGid(row.gid())
                .setMode(row.mode())
                .setStatus(status)
                .setCreateTime(timestamp(row.createdMicros()))
                .setUpdateTime(timestamp(row.updatedMicros()))
                .setDuration(duration(row.ageMicros()))
                .setAttempts(row.attempts());
        row.finishedMicros().ifPresent(finished -> summary.setFinishTime(timestamp(finished)));
        row.nextDueMicros().ifPresent(due -> summary.setNextDueTime(timestamp(due)));
        row.owner().filter(_ -> row.nextDueMicros().isPresent()).ifPresent(summary::setOwner);
        row.parkedReason().ifPresent(reason -> held(summary, reason));
        steps(summary, row, status);
        trouble(row.trouble(), summary);
        return summary;
    }

    private void held(TransactionSummary.Builder summary, String reason) {
        if (reason.startsWith(FilterPlan.PAUSED_PREFIX)) {
            summary.setPaused(true).setPausedReason(masking.text(reason.substring(FilterPlan.PAUSED_PREFIX.length())));
        } else {
            summary.setParked(true).setParkedReason(masking.text(reason));
        }
    }

    private void steps(TransactionSummary.Builder summary, SummaryTable.Row row, TransactionStatus.Value status) {
        try {
            List<StepProgress> steps = progresses
                    .apply(Bytes.of(HexFormat.of().parseHex(row.progress())))
                    .steps();
            boolean back = status == TransactionStatus.Value.ABORTING || status == TransactionStatus.Value.FAILED;
            summary.setStepsTotal(
                    back ? (int) steps.stream().filter(StepProgress::reached).count() : steps.size());
            summary.setStepsDone((int) steps.stream()
                    .filter(step -> back
                            ? step.reached() && step.compensation().status() == BranchStatus.SUCCEEDED
                            : step.action().status() == BranchStatus.SUCCEEDED)
                    .count());
        } catch (RuntimeException unreadable) {
            // Such a saga is parked with the reason; its other columns can be read.
            log.debug("the progress of saga {} cannot be read", row.id(), unreadable);
        }
    }

    private void trouble(SummaryTable.Trouble row, TransactionSummary.Builder summary) {
        if (row.step().isEmpty()) {
            return;
        }
        summary.setTrouble(Trouble.newBuilder()
                .setStep(row.step().orElse(0))
                .setOp(row.op().orElse(""))
                .setTarget(masking.url(row.target().orElse("")))
                .setOutcome(row.outcome().orElse(""))
                .setError(masking.text(row.error().orElse("")))
                .setFingerprint(row.fingerprint().orElse(""))
                .setCallTime(timestamp(row.calledMicros().orElse(0L)))
                .setFailures(row.failures().orElse(0L)));
    }

    /// Of a name that this coordinator does not know: none.
    static TransactionStatus.Value status(String name) {
        return switch (name) {
            case "PREPARED" -> TransactionStatus.Value.PREPARED;
            case "SUBMITTED" -> TransactionStatus.Value.SUBMITTED;
            case "ABORTING" -> TransactionStatus.Value.ABORTING;
            case "SUCCEEDED" -> TransactionStatus.Value.SUCCEEDED;
            case "FAILED" -> TransactionStatus.Value.FAILED;
            default -> TransactionStatus.Value.STATUS_UNSPECIFIED;
        };
    }

    static Timestamp timestamp(long micros) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(micros, 1_000_000L))
                .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000)
                .build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    static Duration duration(long micros) {
        return duration(java.time.Duration.ofNanos(Math.max(0, micros) * 1_000));
    }

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(
                        duration.isNegative() && duration.getNano() > 0
                                ? duration.getSeconds() + 1
                                : duration.getSeconds())
                .setNanos(
                        duration.isNegative() && duration.getNano() > 0
                                ? duration.getNano() - 1_000_000_000
                                : duration.getNano())
                .build();
    }
}
