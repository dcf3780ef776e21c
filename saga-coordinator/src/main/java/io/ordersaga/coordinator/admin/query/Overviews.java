package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.admin.query.OverviewTable.Open;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Overview.FailingBranch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/// How all transactions are doing. Thread-safe.
public final class Overviews {

    private static final int MINUTES = 60;
    private static final int ENDED_MAX = 1_000;
    private static final int FAILING_MAX = 10;
    private static final long MINUTE_MICROS = Duration.ofMinutes(1).toNanos() / 1_000;

    private final OverviewTable table;
    private final Summaries summaries;
    private final Diagnosis diagnosis;
    private final Masking masking;
    private final QuerySettings settings;
    private final IntSupplier alerts;
    private final Remembered<Overview> remembered;

    /// @param target as it is shown, which as a filter selects all that look like this
    private record Branch(String target, String op) {}

    /// @param alerts how many are open
    Overviews(
            OverviewTable table,
            Summaries summaries,
            Diagnosis diagnosis,
            Masking masking,
            QuerySettings settings,
            IntSupplier alerts) {
        this.table = table;
        this.summaries = summaries;
        this.diagnosis = diagnosis;
        this.masking = masking;
        this.settings = settings;
        this.alerts = alerts;
        this.remembered = new Remembered<>(settings.remembered());
    }

    Overview overview() {
        return remembered.answer("", this::find);
    }

    private Overview find() {
        long now = table.now();
        int most = Math.min(settings.scanMax(), Attention.OPEN_MAX);
        List<Open> open = table.open(most);
        boolean stopped = open.size() >= most;
        long backlog = table.backlog(settings.countMax());
        Overview.Builder overview = Overview.newBuilder()
                .setReadTime(Summaries.timestamp(now))
                .addAllMinutes(minutes(now))
                .setDurations(durations(table.durations(ENDED_MAX)))
                .addAllFailingBranches(failing(open))
                .setParked(Counts.number(
                        open.stream().filter(row -> row.held().equals("parked")).count(), stopped))
                .setBacklog(Counts.number(backlog, backlog >= settings.countMax()))
                .setAlerts(alerts.getAsInt())
                .setNode(diagnosis.now());
        statuses(overview);
        table.oldestUnfinished()
                .map(List::of)
                .map(summaries::of)
                .ifPresent(oldest -> oldest.forEach(overview::setOldestUnfinished));
        return overview.build();
    }

    private void statuses(Overview.Builder overview) {
        Map<String, Long> counted = new HashMap<>();
        table.statuses(settings.countMax()).forEach(row -> counted.put(row.status(), row.number()));
        for (SagaStatus status : SagaStatus.values()) {
            long number = counted.getOrDefault(status.name(), 0L);
            overview.addStatuses(Overview.StatusCount.newBuilder()
                    .setStatus(Summaries.status(status.name()))
                    .setCount(Counts.number(number, number >= settings.countMax())));
        }
    }

    /// Those in which nothing happened are there, too.
    private List<Overview.Minute> minutes(long now) {
        Map<Long, OverviewTable.Minute> known = new HashMap<>();
        table.minutes(MINUTES).forEach(minute -> known.put(minute.startMicros(), minute));
        long current = now - Math.floorMod(now, MINUTE_MICROS);
        List<Overview.Minute> minutes = new ArrayList<>();
        for (int ago = MINUTES - 1; ago >= 0; ago--) {
            long start = current - ago * MINUTE_MICROS;
            OverviewTable.Minute minute = known.getOrDefault(start, new OverviewTable.Minute(start, 0, 0, 0, 0));
            minutes.add(Overview.Minute.newBuilder()
                    .setStartTime(Summaries.timestamp(start))
                    .setSubmitted(minute.submitted())
                    .setSucceeded(minute.succeeded())
                    .setFailed(minute.failed())
                    .setParked(minute.parked())
                    .build());
        }
        return minutes;
    }

    static Overview.Durations durations(List<Long> micros) {
        if (micros.isEmpty()) {
            return Overview.Durations.getDefaultInstance();
        }
        List<Long> sorted = micros.stream().sorted().toList();
        return Overview.Durations.newBuilder()
                .setP50(Summaries.duration(percentile(sorted, 50)))
                .setP95(Summaries.duration(percentile(sorted, 95)))
                .setP99(Summaries.duration(percentile(sorted, 99)))
                .setTransactions(sorted.size())
                .build();
    }

    /// The nearest rank.
    private static long percentile(List<Long> sorted, int percent) {
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(Math.max(1, rank) - 1);
    }

    /// Of transactions that do not get on now.
    private List<FailingBranch> failing(List<Open> open) {
        Map<Branch, List<Open>> byBranch = new LinkedHashMap<>();
        for (Open row : open) {
            if (row.target().isPresent() && (row.attempts() > 0 || !row.held().isEmpty())) {
                String target = masking.url(row.target().get());
                byBranch.computeIfAbsent(new Branch(target, row.op().orElse("")), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        return byBranch.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                .limit(FAILING_MAX)
                .map(entry -> failing(entry.getKey(), entry.getValue()))
                .toList();
    }

    private FailingBranch failing(Branch branch, List<Open> rows) {
        Open last = rows.stream()
                .max(Comparator.comparingLong(row -> row.calledMicros().orElse(0L)))
                .orElse(rows.getFirst());
        return FailingBranch.newBuilder()
                .setTarget(branch.target())
                .setOp(branch.op())
                .setTransactions(rows.size())
                .setError(masking.text(last.error().orElse("")))
                .setCallTime(Summaries.timestamp(last.calledMicros().orElse(0L)))
                .setFilter("status=prepared,submitted,aborting target=" + Filter.quoted(branch.target()))
                .build();
    }
}
