package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.Apart;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.OpenLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Ten times the load that the coordinator can carry, and how soon it is itself again. Generator and
/// measured processes share the machine, so what each of them used is printed: whoever reads the
/// goodput should know who was short of what.
public final class Overload implements Scenario {
    private static final int CALLERS = 64;
    private static final int PROBES = 8;
    private static final int FACTOR = 10;
    private static final double GOODPUT = 0.8;
    private static final double RECOVERY_SECONDS = 5;
    private static final int RECOVERY_LIMIT_SECONDS = 30;
    /// What counts as normal again.
    private static final double NORMAL = 1.5;

    private static final double GROWTH = 1.1;
    private static final long SAMPLE_NANOS = 500_000_000;

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        bench.report().progress("ten times the capacity");
        try (Apart apart = new Apart(bench.measuredProcesses())) {
            run(bench, apart.done() ? "the generator on a processor of its own" : "the generator beside all the rest");
        }
    }

    private void run(Bench bench, String conditions) {
        Measured normal = ClosedLoop.run(PROBES, bench.pace().round(), sagas(bench));
        ProcessorTime beforePeak = ProcessorTime.now(bench);
        Measured peak = ClosedLoop.run(CALLERS, bench.pace().round(), sagas(bench));
        ProcessorTime atPeak = ProcessorTime.now(bench).minus(beforePeak);
        Sagas offered = sagas(bench);
        List<Long> memory = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean over = new AtomicBoolean();
        Thread sampler = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                memory.add(bench.coordinator().usage().residentBytes());
                LockSupport.parkNanos(SAMPLE_NANOS);
            }
        });
        ProcessorTime beforeOverload = ProcessorTime.now(bench);
        OpenLoop.Result result =
                new OpenLoop(offered, peak.perSecond() * FACTOR, bench.pace().overload()).run();
        ProcessorTime inOverload = ProcessorTime.now(bench).minus(beforeOverload);
        over.set(true);
        int recovery = secondsUntilNormal(bench, normal);
        // The first seconds still fill the queues.
        double goodput = result.perSecond().stream()
                .skip(2)
                .mapToLong(Long::longValue)
                .average()
                .orElse(0);
        bench.report().add(name(), Figure.printed("peak at 64 callers, " + conditions, peak.text()));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "offered at 10x, open loop for "
                                        + bench.pace().overload().toSeconds() + " s",
                                "%,d; refused %,d, failed %s, unsent %,d"
                                        .formatted(
                                                result.offered(),
                                                result.refused(),
                                                result.failed(),
                                                result.notSent())));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "successes in each second", result.perSecond().toString()));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "processors at the peak",
                                atPeak.shares(bench.pace().round())));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "processors at 10x",
                                inOverload.shares(bench.pace().overload())));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "coordinator's processor time of one refusal",
                                refusalMicros(atPeak, peak, inOverload, result),
                                "us"));
        bench.report().add(name(), Figure.atLeast("goodput at 10x, of peak", goodput / peak.perSecond(), GOODPUT, ""));
        bench.report().add(name(), Figure.atMost("normal p99 again after", recovery, RECOVERY_SECONDS, "s"));
        bench.report().add(name(), Figure.atMost("memory: last third to first third", growth(memory), GROWTH, "x"));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "memory at the end", memory.isEmpty() ? 0 : memory.getLast() / 1048576.0, "MiB"));
        var _ = bench.auditCalls(name(), offered);
        sampler.interrupt();
    }

    /// What the coordinator used beyond what its successes cost it at the peak.
    private static double refusalMicros(
            ProcessorTime atPeak, Measured peak, ProcessorTime inOverload, OpenLoop.Result result) {
        double perSaga = atPeak.coordinator().toNanos() / (double) Math.max(1, peak.succeeded());
        double beyond =
                inOverload.coordinator().toNanos() - perSaga * result.measured().succeeded();
        return Math.max(0, beyond) / Math.max(1, result.refused()) / 1_000;
    }

    private Sagas sagas(Bench bench) {
        return bench.doingNothing(name());
    }

    private int secondsUntilNormal(Bench bench, Measured normal) {
        for (int second = 1; second <= RECOVERY_LIMIT_SECONDS; second++) {
            Measured now = ClosedLoop.run(PROBES, Duration.ofSeconds(1), sagas(bench));
            if (now.succeeded() > 0 && now.failed() == 0 && now.millis(99) <= normal.millis(99) * NORMAL) {
                return second;
            }
        }
        return RECOVERY_LIMIT_SECONDS + 1;
    }

    private static double growth(List<Long> memory) {
        int third = Math.max(1, memory.size() / 3);
        double first =
                memory.stream().limit(third).mapToLong(Long::longValue).max().orElse(1);
        double last = memory.stream()
                .skip(Math.max(0, memory.size() - third))
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        return last / first;
    }
}
