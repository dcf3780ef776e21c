package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Calls over time: a row for each side of each step, a bar for each call. Pure; lengths are percents of the width, so
/// that it fits every screen.
///
/// @param span how much time it shows, in words
record Gantt(List<Row> rows, List<Tick> ticks, String span) {

    /// Wide enough to be seen and hovered over.
    private static final double WIDTH_MIN = 0.006;

    private static final int ROWS_MAX = 40;
    private static final List<Duration> STEPS = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofDays(1),
            Duration.ofDays(7),
            Duration.ofDays(30),
            Duration.ofDays(365));

    /// @param back whether it is a compensation
    /// @param sum how many calls
    /// @param summary in words, for who cannot see it
    record Row(String name, String target, boolean back, String sum, String summary, List<Bar> bars) {}

    record Bar(String x, String width, String tone, String title) {}

    record Tick(String x, String text, String anchor) {}

    private record Side(int step, String op) {}

    /// @param attempts in any order, at least one
    /// @param some whether there are more calls than these
    static Gantt of(List<Attempt> attempts, boolean some, Formats formats) {
        List<Attempt> inOrder = attempts.stream()
                .sorted(Comparator.comparing(attempt -> Formats.instant(attempt.getCallTime())))
                .toList();
        Instant start = Formats.instant(inOrder.getFirst().getCallTime());
        Instant end = inOrder.stream()
                .map(attempt -> Formats.instant(attempt.getCallTime()).plus(Formats.duration(attempt.getLatency())))
                .max(Comparator.naturalOrder())
                .orElse(start);
        Duration whole = Duration.between(start, end);
        double nanos = Math.max(1, whole.toNanos());
        Map<Side, List<Attempt>> sides = new LinkedHashMap<>();
        for (Attempt attempt : inOrder) {
            sides.computeIfAbsent(new Side(attempt.getStep(), attempt.getOp()), side -> new ArrayList<>())
                    .add(attempt);
        }
        List<Row> rows = sides.values().stream()
                .limit(ROWS_MAX)
                .map(calls -> row(calls, start, nanos, some, formats))
                .toList();
        return new Gantt(rows, ticks(whole, nanos, formats), formats.span(whole));
    }

    private static Row row(List<Attempt> calls, Instant start, double nanos, boolean some, Formats formats) {
        Attempt first = calls.getFirst();
        List<Bar> bars =
                calls.stream().map(call -> bar(call, start, nanos, formats)).toList();
        String name =
                (first.getStep() + 1) + "  " + BranchName.of(first.getTarget()).name();
        String last = formats.text(
                "state." + StateView.ofOutcome(calls.getLast().getOutcome()).name());
        return new Row(
                name,
                first.getTarget(),
                !first.getOp().equals("action"),
                calls.size() == 1 && !some
                        ? formats.span(Formats.duration(first.getLatency()))
                        : "×" + formats.count(calls.size()) + (some ? "+" : ""),
                name + ": " + formats.text("timeline.calls", calls.size(), last),
                bars);
    }

    private static Bar bar(Attempt call, Instant start, double nanos, Formats formats) {
        Instant at = Formats.instant(call.getCallTime());
        Duration took = Formats.duration(call.getLatency());
        double width = Math.max(WIDTH_MIN, took.toNanos() / nanos);
        double x = Math.min(1 - width, Duration.between(start, at).toNanos() / nanos);
        StateView state = StateView.ofOutcome(call.getOutcome());
        String title = formats.clock(at) + " · " + formats.span(took) + " · " + formats.text("state." + state.name())
                + (call.getError().isEmpty() ? "" : " · " + BranchName.cut(call.getError(), 200));
        return new Bar(OverviewView.percent(x), OverviewView.percent(width), state.tone(), title);
    }

    private static List<Tick> ticks(Duration whole, double nanos, Formats formats) {
        Duration step = STEPS.stream()
                .filter(one -> one.multipliedBy(6).compareTo(whole) >= 0)
                .findFirst()
                .orElse(STEPS.getLast());
        List<Tick> ticks = new ArrayList<>();
        ticks.add(new Tick("0%", "0", "start"));
        for (int i = 1; i <= 6 && step.multipliedBy(i).compareTo(whole) <= 0; i++) {
            double at = step.multipliedBy(i).toNanos() / nanos;
            ticks.add(new Tick(
                    OverviewView.percent(at), formats.span(step.multipliedBy(i)), at > 0.96 ? "end" : "middle"));
        }
        return ticks;
    }
}
