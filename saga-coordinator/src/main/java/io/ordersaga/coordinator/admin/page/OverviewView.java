package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Duration;
import io.ordersaga.saga.v1.Count;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the overview's template reads.
record OverviewView(
        List<Tally> tally,
        List<Part> spectrum,
        String submittedRate,
        String finishedRate,
        Spark submittedSpark,
        Spark finishedSpark,
        String failedShare,
        String failedCount,
        String endedCount,
        List<Quantile> quantiles,
        String durationCount,
        List<Failing> failing,
        List<Problem> problems,
        int alerts,
        @Nullable Oldest oldest,
        String node,
        List<Fact> nodeFacts) {

    private static final int SPARK_WIDTH = 120;
    private static final int SPARK_HEIGHT = 36;

    /// @param name of the text `state.<name>`
    record Tally(String name, String tone, String count, String exact, String href) {}

    /// A part of a bar, in percent of its width.
    record Part(String x, String width, String tone) {}

    record Spark(String line, String area) {}

    record Quantile(String name, String text, String width) {}

    record Failing(String name, String target, String count, String error, Instant at, String href, String share) {}

    record Problem(String tone, String title, String text, String href) {}

    record Oldest(StateView state, String gid, String href, String age) {}

    record Fact(String key, String text) {}

    static OverviewView of(Overview overview, Formats formats) {
        List<Overview.Minute> minutes = overview.getMinutesList();
        // The minute under way would always look like a fall.
        List<Overview.Minute> whole = minutes.isEmpty() ? minutes : minutes.subList(0, minutes.size() - 1);
        ToLongFunction<Overview.Minute> ended = minute -> minute.getSucceeded() + minute.getFailed();
        long endedCount = minutes.stream().mapToLong(ended).sum();
        long failed = minutes.stream().mapToLong(Overview.Minute::getFailed).sum();
        return new OverviewView(
                tally(overview, formats),
                spectrum(overview),
                rate(whole, Overview.Minute::getSubmitted, formats),
                rate(whole, ended, formats),
                spark(whole, Overview.Minute::getSubmitted),
                spark(whole, ended),
                endedCount == 0 ? Formats.nothing() : formats.percent((double) failed / endedCount),
                formats.count(failed),
                formats.count(endedCount),
                quantiles(overview.getDurations(), formats),
                formats.count(overview.getDurations().getTransactions()),
                failing(overview.getFailingBranchesList(), formats),
                problems(overview, formats),
                overview.getAlerts(),
                overview.hasOldestUnfinished() ? oldest(overview.getOldestUnfinished(), formats) : null,
                overview.getNode().getNode(),
                facts(overview.getNode(), formats));
    }

    private static List<Tally> tally(Overview overview, Formats formats) {
        List<Tally> all = new ArrayList<>();
        for (TransactionStatus.Value status : List.of(
                TransactionStatus.Value.SUBMITTED,
                TransactionStatus.Value.ABORTING,
                TransactionStatus.Value.PREPARED)) {
            all.add(tally(overview, status, formats));
        }
        all.add(new Tally(
                "parked",
                "park",
                formats.compact(overview.getParked()),
                formats.count(overview.getParked()),
                Links.transactions("parked=true")));
        all.add(tally(overview, TransactionStatus.Value.SUCCEEDED, formats));
        all.add(tally(overview, TransactionStatus.Value.FAILED, formats));
        return all;
    }

    private static Tally tally(Overview overview, TransactionStatus.Value status, Formats formats) {
        StateView state = StateView.of(status);
        Count count = overview.getStatusesList().stream()
                .filter(one -> one.getStatus() == status)
                .map(Overview.StatusCount::getCount)
                .findFirst()
                .orElse(Count.getDefaultInstance());
        return new Tally(
                state.name(),
                state.tone(),
                formats.compact(count),
                formats.count(count),
                Links.transactions("status=" + wireName(status)));
    }

    /// The filter's word for a status is DTM's.
    static String wireName(TransactionStatus.Value status) {
        return status == TransactionStatus.Value.SUCCEEDED
                ? "succeed"
                : status.name().toLowerCase(Locale.ROOT);
    }

    /// What is not over, by what it does.
    private static List<Part> spectrum(Overview overview) {
        List<Part> parts = new ArrayList<>();
        double parked = overview.getParked().getValue();
        double running = value(overview, TransactionStatus.Value.SUBMITTED);
        double back = value(overview, TransactionStatus.Value.ABORTING);
        double prepared = value(overview, TransactionStatus.Value.PREPARED);
        // Parked ones are also counted by their status, nearly always by that of going forward.
        double[] sizes = {Math.max(0, running - parked), back, prepared, parked};
        String[] tones = {"run", "back", "calm", "park"};
        double all = IntStream.range(0, sizes.length).mapToDouble(i -> sizes[i]).sum();
        double at = 0;
        for (int i = 0; i < sizes.length && all > 0; i++) {
            parts.add(new Part(percent(at / all), percent(sizes[i] / all), tones[i]));
            at += sizes[i];
        }
        return parts;
    }

    private static double value(Overview overview, TransactionStatus.Value status) {
        return overview.getStatusesList().stream()
                .filter(one -> one.getStatus() == status)
                .mapToLong(one -> one.getCount().getValue())
                .sum();
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", share * 100);
    }

    /// Of the last whole five minutes, in a second.
    private static String rate(List<Overview.Minute> whole, ToLongFunction<Overview.Minute> count, Formats formats) {
        List<Overview.Minute> last = whole.subList(Math.max(0, whole.size() - 5), whole.size());
        return last.isEmpty()
                ? "0"
                : formats.rate(last.stream().mapToLong(count).sum() / (60.0 * last.size()));
    }

    private static Spark spark(List<Overview.Minute> minutes, ToLongFunction<Overview.Minute> count) {
        if (minutes.size() < 2) {
            return new Spark("M0 35H" + SPARK_WIDTH, "M0 36H" + SPARK_WIDTH + "Z");
        }
        long most = Math.max(1, minutes.stream().mapToLong(count).max().orElse(1));
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < minutes.size(); i++) {
            double x = (double) i * SPARK_WIDTH / (minutes.size() - 1);
            double y = SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 4) * ((double) count.applyAsLong(minutes.get(i)) / most);
            line.append(i == 0 ? "M" : "L").append(String.format(Locale.ROOT, "%.1f %.1f", x, y));
        }
        return new Spark(line.toString(), line + "L" + SPARK_WIDTH + " " + SPARK_HEIGHT + "L0 " + SPARK_HEIGHT + "Z");
    }

    private static List<Quantile> quantiles(Overview.Durations durations, Formats formats) {
        if (durations.getTransactions() == 0) {
            return List.of();
        }
        double longest = Math.max(1, Formats.duration(durations.getP99()).toMillis());
        return List.of(
                quantile("p50", durations.getP50(), longest, formats),
                quantile("p95", durations.getP95(), longest, formats),
                quantile("p99", durations.getP99(), longest, formats));
    }

    private static Quantile quantile(String name, Duration duration, double longest, Formats formats) {
        java.time.Duration length = Formats.duration(duration);
        return new Quantile(name, formats.span(length), percent(length.toMillis() / longest));
    }

    private static List<Failing> failing(List<Overview.FailingBranch> branches, Formats formats) {
        long most = branches.stream()
                .mapToLong(Overview.FailingBranch::getTransactions)
                .max()
                .orElse(1);
        return branches.stream()
                .map(branch -> new Failing(
                        BranchName.of(branch.getTarget()).both(),
                        branch.getTarget(),
                        formats.count(branch.getTransactions()),
                        BranchName.cut(branch.getError(), 160),
                        Formats.instant(branch.getCallTime()),
                        Links.transactions(branch.getFilter()),
                        percent((double) branch.getTransactions() / Math.max(1, most))))
                .toList();
    }

    private static List<Problem> problems(Overview overview, Formats formats) {
        List<Problem> problems = new ArrayList<>();
        if (overview.getParked().getValue() > 0) {
            problems.add(new Problem(
                    "park",
                    formats.text("problem.parked", formats.count(overview.getParked())),
                    formats.text("problem.parked.text"),
                    "/attention"));
        }
        for (Overview.Problem problem : overview.getNode().getProblemsList()) {
            problems.add(new Problem(
                    problem.getSeverity() == Overview.Problem.Severity.CRITICAL ? "park" : "back",
                    formats.texts()
                            .sentence(formats.language(), "problem." + problem.getId(), problem.getArgumentsMap())
                            .orElse(problem.getId().replace('_', ' ')),
                    problem.getText(),
                    ""));
        }
        if (problems.isEmpty()) {
            problems.add(new Problem("ok", formats.text("problem.none"), formats.text("problem.none.text"), ""));
        }
        return problems;
    }

    private static Oldest oldest(TransactionSummary transaction, Formats formats) {
        return new Oldest(
                StateView.of(transaction),
                transaction.getGid(),
                Links.transaction(transaction.getGid()),
                formats.span(Formats.duration(transaction.getDuration())));
    }

    private static List<Fact> facts(Overview.SelfDiagnosis node, Formats formats) {
        return List.of(
                new Fact("node.latency", formats.span(Formats.duration(node.getDatabaseLatency()))),
                new Fact("node.pool", node.getPoolActive() + " / " + node.getPoolMax()),
                new Fact("node.waiting", formats.count(node.getPoolWaiting())),
                new Fact("node.skew", formats.span(Formats.duration(node.getClockSkew()))),
                new Fact("node.gc", formats.span(Formats.duration(node.getGcPause()))),
                new Fact("node.leases", formats.count(node.getLeasesLost())));
    }
}
