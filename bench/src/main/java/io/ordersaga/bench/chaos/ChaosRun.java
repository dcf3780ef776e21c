package io.ordersaga.bench.chaos;

import io.ordersaga.bench.chaos.Books.Violation;
import io.ordersaga.bench.lab.Lab;
import io.ordersaga.bench.report.Report;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Load, faults by schedule, healing, audit.
public final class ChaosRun {
    private static final int BUYERS = 12;
    private static final int PROGRESS_EVERY = 10;
    private static final Duration BEFORE_FAULTS = Duration.ofSeconds(3);
    private static final Duration FAULT_LIMIT = Duration.ofMinutes(3);
    private static final Duration USUAL_SETTLE = Duration.ofSeconds(15);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

    private final Lab lab;
    private final Report report;
    private final long seed;
    private final int faults;
    private final Duration time;
    private final boolean barrier;

    /// What came of a run.
    ///
    /// @param sagas submitted
    /// @param faults that happened, by kind
    /// @param violations found by the audit, empty when all is well
    /// @param settled how long the last saga took to end after everything was healed
    /// @param lost of the violations, and so on
    public record Result(
            long sagas,
            Map<Kind, Integer> faults,
            List<String> violations,
            Duration settled,
            long lost,
            long doubled,
            long stuck,
            long wrong) {
        public boolean clean() {
            return violations.isEmpty();
        }

        /// One line for each kind of fault.
        public List<String> faultLines() {
            return faults.entrySet().stream()
                    .map(entry -> "%4d  %-9s %s"
                            .formatted(
                                    entry.getValue(),
                                    entry.getKey().group().label(),
                                    entry.getKey().label()))
                    .toList();
        }

        /// All of them, and those of each group.
        public String faultSummary() {
            Map<Kind.Group, Integer> groups = new EnumMap<>(Kind.Group.class);
            faults.forEach((kind, count) -> groups.merge(kind.group(), count, Integer::sum));
            int all = groups.values().stream().mapToInt(Integer::intValue).sum();
            return groups.entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey().label())
                    .collect(Collectors.joining(", ", all + " faults (", ")"));
        }
    }

    /// A run that is yet to be started.
    ///
    /// @param seed of the schedule and of what clients do
    /// @param faults how many
    /// @param time over which they are spread
    /// @param barrier false leaves the participants' barrier out, which the audit must find
    public ChaosRun(Lab lab, Report report, long seed, int faults, Duration time, boolean barrier) {
        this.lab = lab;
        this.report = report;
        this.seed = seed;
        this.faults = faults;
        this.time = time;
        this.barrier = barrier;
    }

    public Result run() {
        report.progress("starting two coordinators, two participants and a database (data and logs: "
                + lab.folder().run() + ")");
        try (Cluster cluster = new Cluster(lab, barrier);
                Buyers buyers = new Buyers(cluster, seed, BUYERS);
                StatusWatch watch = new StatusWatch(cluster.server())) {
            Injector injector = new Injector(cluster, report);
            LockSupport.parkNanos(BEFORE_FAULTS.toNanos());
            play(injector, buyers);
            report.progress("healing: everything runs, every connection passes");
            cluster.nodes().forEach(node -> node.ensure(report));
            buyers.stop();
            long healed = System.nanoTime();
            boolean ended = Polling.until(() -> open(cluster).isEmpty(), USUAL_SETTLE);
            if (!ended) {
                report.progress("still open after %d s: %s".formatted(USUAL_SETTLE.toSeconds(), open(cluster)));
                ended = Polling.until(() -> open(cluster).isEmpty(), SETTLE_LIMIT);
            }
            Duration settled = Duration.ofNanos(System.nanoTime() - healed);
            report.progress(ended ? "all sagas have ended; audit" : "some sagas have not ended; audit");
            List<Violation> found = new Books(cluster.server(), Cluster.SAGAS, Cluster.BOOKS)
                    .audit(buyers.journal(), buyers.contradicted(), watch.changed());
            return result(buyers.submitted(), injector.counts(), found, settled);
        }
    }

    private static final String OPEN = """
            SELECT CAST(gid AS CHAR), status, owner, epoch, next_due, attempts, retries, UTC_TIMESTAMP(6)
            FROM saga
            WHERE finished IS NULL
            ORDER BY next_due
            LIMIT 3
            """;

    /// Some of the sagas that have not ended, with what one needs to find out why.
    private static List<List<String>> open(Cluster cluster) {
        return cluster.server().rows(Cluster.SAGAS, OPEN);
    }

    /// Each fault in its own thread, so that they overlap; those of one process wait for each other.
    private void play(Injector injector, Buyers buyers) {
        List<Thread> running = new ArrayList<>();
        long began = System.nanoTime();
        int number = 0;
        for (Fault fault : Schedule.of(seed, faults, time)) {
            LockSupport.parkNanos(began + fault.at().toNanos() - System.nanoTime());
            running.add(Thread.ofPlatform().start(() -> injector.inject(fault)));
            number++;
            if (number % PROGRESS_EVERY == 0) {
                report.progress("%d of %d faults, %,d sagas".formatted(number, faults, buyers.submitted()));
            }
        }
        var _ = Polling.until(() -> running.stream().noneMatch(Thread::isAlive), FAULT_LIMIT);
    }

    private static Result result(long sagas, Map<Kind, Integer> counts, List<Violation> found, Duration settled) {
        return new Result(
                sagas,
                counts,
                found.stream()
                        .map(violation -> "%s: %s, %d times, such as %s"
                                .formatted(
                                        violation.kind(), violation.promise(), violation.count(), violation.example()))
                        .toList(),
                settled,
                count(found, Violation.Harm.LOST),
                count(found, Violation.Harm.DOUBLED),
                count(found, Violation.Harm.STUCK),
                count(found, Violation.Harm.WRONG));
    }

    private static long count(List<Violation> found, Violation.Harm kind) {
        return found.stream()
                .filter(violation -> violation.kind() == kind)
                .mapToLong(Violation::count)
                .sum();
    }
}
