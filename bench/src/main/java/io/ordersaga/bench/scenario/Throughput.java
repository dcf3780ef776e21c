package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.BareCalls;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.Operation;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.bench.report.Report;
import java.time.Duration;
import java.util.List;

/// Four-step sagas against the same four calls by a bare client, at this many callers. Bare and saga
/// rounds alternate, so that whatever else the machine does meets both.
public final class Throughput implements Scenario {
    private static final double P99_RATIO = 3;
    private static final double COMMITS_MAX = 0.1;
    private static final double ROW_WRITES_MAX = 2;
    /// Where commits are shared; a single caller has nobody to share with.
    private static final int MANY = 64;

    private final int callers;
    private final double required;

    /// At this many callers.
    ///
    /// @param required the least share of the bare client's rate
    public Throughput(int callers, double required) {
        this.callers = callers;
        this.required = required;
    }

    @Override
    public String name() {
        return "grpc" + callers;
    }

    @Override
    public void run(Bench bench) {
        Report report = bench.report();
        Pace pace = bench.pace();
        Operation bare = new BareCalls(bench.participantChannels(), Bench.STEPS, Bench.PAYLOAD);
        Sagas sagas = bench.doingNothing(name());
        bench.warmUp();
        report.progress(callers + " callers");
        bench.warmUpBare(bare);
        var _ = ClosedLoop.run(callers, pace.shortWarmUp(), sagas);
        Measured bareTotal = Measured.nothing();
        Measured sagaTotal = Measured.nothing();
        DatabaseCost cost = new DatabaseCost(0, 0, 0, 0);
        List<Duration> cpu = List.of(Duration.ZERO, Duration.ZERO);
        long journalBefore = journal(bench);
        for (int round = 1; round <= pace.rounds(callers); round++) {
            Measured bareRound = ClosedLoop.run(callers, pace.round(), bare);
            DatabaseCost before = DatabaseCost.now(bench.database());
            List<Duration> cpuBefore = bench.cpu();
            Measured sagaRound = ClosedLoop.run(callers, pace.round(), sagas);
            List<Duration> cpuAfter = bench.cpu();
            cost = DatabaseCost.now(bench.database()).minus(before).plus(cost);
            cpu = List.of(
                    cpu.getFirst().plus(cpuAfter.getFirst()).minus(cpuBefore.getFirst()),
                    cpu.getLast().plus(cpuAfter.getLast()).minus(cpuBefore.getLast()));
            report.progress("%d callers, round %d: bare %s; sagas %s"
                    .formatted(callers, round, bareRound.text(), sagaRound.text()));
            bareTotal = bareTotal.plus(bareRound);
            sagaTotal = sagaTotal.plus(sagaRound);
        }
        String at = " at " + callers + (callers == 1 ? " caller" : " callers");
        report.add(name(), Figure.printed("bare, 4 gRPC calls" + at, bareTotal.text()));
        report.add(name(), Figure.printed("sagas of 4 gRPC steps" + at, sagaTotal.text()));
        report.add(
                name(),
                Figure.atLeast("ratio to bare" + at, sagaTotal.perSecond() / bareTotal.perSecond(), required, ""));
        report.add(
                name(),
                Figure.atMost("p99 to bare p99" + at, sagaTotal.millis(99) / bareTotal.millis(99), P99_RATIO, "x"));
        long count = Math.max(1, sagaTotal.succeeded());
        report.add(
                name(),
                callers == MANY
                        ? Figure.atMost("commits per saga" + at, (double) cost.commits() / count, COMMITS_MAX, "")
                        : Figure.printed("commits per saga" + at, (double) cost.commits() / count, ""));
        double journalRows = (double) (journal(bench) - journalBefore) / count;
        double writes = (double) cost.rowWrites() / count - journalRows;
        report.add(
                name(),
                callers == MANY
                        ? Figure.atMost("row writes per saga besides the journal" + at, writes, ROW_WRITES_MAX, "")
                        : Figure.printed("row writes per saga besides the journal" + at, writes, ""));
        report.add(name(), Figure.printed("journal rows per saga" + at, journalRows, ""));
        report.add(name(), Figure.printed("statements per saga" + at, (double) cost.statements() / count, ""));
        report.add(name(), Figure.printed("binlog bytes per saga" + at, (double) cost.binlogBytes() / count, ""));
        report.add(
                name(),
                Figure.printed("coordinator CPU per saga" + at, cpu.getFirst().toMillis() / (double) count, "ms"));
        report.add(
                name(),
                Figure.printed("database CPU per saga" + at, cpu.getLast().toMillis() / (double) count, "ms"));
        var _ = bench.auditCalls(name(), sagas);
    }

    private static long journal(Bench bench) {
        return bench.database().number(Bench.SCHEMA, "SELECT COUNT(*) FROM saga_attempt");
    }
}
