package io.ordersaga.coordinator.admin.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.saga.v1.Overview.Problem;
import io.ordersaga.saga.v1.Overview.Problem.Severity;
import io.ordersaga.saga.v1.Overview.SelfDiagnosis;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// What this node knows about itself that may explain trouble. Thread-safe.
public final class Diagnosis {

    /// Ids are made of the node's clock, and lists look for them by the database's: an hour apart they miss some.
    private static final Duration SKEW_NOTICE = Duration.ofSeconds(2);
    private static final Duration SKEW_WARNING = Duration.ofSeconds(30);
    private static final Duration LATENCY_NOTICE = Duration.ofMillis(20);
    private static final Duration LATENCY_WARNING = Duration.ofMillis(200);
    private static final Duration PAUSE_WARNING = Duration.ofSeconds(3);
    private static final long LOST_WARNING = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int SAMPLES_MAX = 120;

    private final OverviewTable table;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final String node;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /// @param gcMillis since the start
    private record Sample(long nanos, long gcMillis, long lost) {}

    /// What was measured.
    record Measured(Duration skew, Duration latency, int waiting, int active, int max, Duration gc, long lost) {}

    Diagnosis(OverviewTable table, MeterRegistry registry, InstantSource clock, String node) {
        this.table = table;
        this.registry = registry;
        this.clock = clock;
        this.node = node;
    }

    SelfDiagnosis now() {
        Instant before = clock.instant();
        long started = System.nanoTime();
        Instant there = Summaries.instant(table.now());
        Duration latency = Duration.ofNanos(System.nanoTime() - started);
        Instant middle = before.plus(latency.dividedBy(2));
        Sample oldest = sample();
        Measured measured = new Measured(
                Duration.between(there, middle),
                latency,
                (int) gauge("hikaricp.connections.pending"),
                (int) gauge("hikaricp.connections.active"),
                (int) gauge("hikaricp.connections.max"),
                Duration.ofMillis(gcMillis() - oldest.gcMillis()),
                lost() - oldest.lost());
        return shown(node, measured);
    }

    static SelfDiagnosis shown(String node, Measured measured) {
        return SelfDiagnosis.newBuilder()
                .setNode(node)
                .setClockSkew(Summaries.duration(measured.skew()))
                .setDatabaseLatency(Summaries.duration(measured.latency()))
                .setPoolWaiting(measured.waiting())
                .setPoolActive(measured.active())
                .setPoolMax(measured.max())
                .setGcPause(Summaries.duration(measured.gc()))
                .setLeasesLost(measured.lost())
                .addAllProblems(problems(measured))
                .build();
    }

    private static List<Problem> problems(Measured measured) {
        List<Problem> problems = new ArrayList<>();
        Duration skew = measured.skew().abs();
        // What the question itself took says nothing about the clocks.
        if (skew.compareTo(SKEW_NOTICE.plus(measured.latency())) > 0) {
            problems.add(problem(
                    "clock_skew",
                    skew.compareTo(SKEW_WARNING) > 0 ? Severity.WARNING : Severity.NOTICE,
                    Map.of("skew", Explanation.duration(skew)),
                    "This node's clock and the database's differ by " + Explanation.duration(skew)
                            + ". Let both follow one time server: times in lists and journals do not fit together."));
        }
        if (measured.latency().compareTo(LATENCY_NOTICE) > 0) {
            problems.add(problem(
                    "database_latency",
                    measured.latency().compareTo(LATENCY_WARNING) > 0 ? Severity.WARNING : Severity.NOTICE,
                    Map.of("latency", Explanation.duration(measured.latency())),
                    "The database takes " + Explanation.duration(measured.latency())
                            + " for a question that needs no table. Look at its load and at the network."));
        }
        if (measured.waiting() > 0) {
            problems.add(problem(
                    "pool_starvation",
                    measured.waiting() >= measured.max() ? Severity.CRITICAL : Severity.WARNING,
                    Map.of("waiting", String.valueOf(measured.waiting()), "max", String.valueOf(measured.max())),
                    measured.waiting() + " threads wait for one of " + measured.max()
                            + " connections. Statements take too long, or spring.datasource.hikari.maximum-pool-size"
                            + " is too small."));
        }
        if (measured.gc().compareTo(PAUSE_WARNING) > 0) {
            problems.add(problem(
                    "gc_pauses",
                    Severity.WARNING,
                    Map.of("pause", Explanation.duration(measured.gc())),
                    "The collector took " + Explanation.duration(measured.gc())
                            + " of the last minute. Give this node more memory, or fewer transactions at once."));
        }
        if (measured.lost() >= LOST_WARNING) {
            problems.add(problem(
                    "lease_flapping",
                    Severity.WARNING,
                    Map.of("lost", String.valueOf(measured.lost())),
                    measured.lost() + " transactions went to other nodes within a minute because this one was silent"
                            + " for too long. Look at the pauses and the database above, or prolong"
                            + " ordersaga.coordinator.dispatch.lease."));
        }
        problems.sort(Comparator.comparing(Problem::getSeverity).reversed());
        return problems;
    }

    private static Problem problem(String id, Severity severity, Map<String, String> arguments, String text) {
        return Problem.newBuilder()
                .setId(id)
                .setSeverity(severity)
                .putAllArguments(arguments)
                .setText(text)
                .build();
    }

    /// Takes one sample, and gives the oldest one that is not older than the window.
    private synchronized Sample sample() {
        long now = System.nanoTime();
        samples.addLast(new Sample(now, gcMillis(), lost()));
        while (samples.size() > 1
                && (now - samples.getFirst().nanos() > WINDOW.toNanos() || samples.size() > SAMPLES_MAX)) {
            samples.removeFirst();
        }
        return samples.getFirst();
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .filter(millis -> millis > 0)
                .sum();
    }

    private long lost() {
        return (long) registry.find("ordersaga.sagas.lost").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private double gauge(String name) {
        return registry.find(name).gauges().stream()
                .mapToDouble(Gauge::value)
                .filter(value -> !Double.isNaN(value))
                .sum();
    }
}
