package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.OpenLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.stack.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/// A thousand sagas whose participant is dead - half of them refused a connection, half of them
/// connected to nobody who answers -, and what that costs the others.
public final class DeadTarget implements Scenario {
    private static final int CALLERS = 64;
    private static final int DEAD = 1_000;
    private static final int WARMING = 300;
    private static final double SHARE_OF_CAPACITY = 0.4;
    private static final double P99_RATIO = 1.2;

    @Override
    public String name() {
        return "dead";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        bench.report().progress(DEAD + " sagas on a dead target");
        double capacity =
                ClosedLoop.run(CALLERS, bench.pace().round(), sagas(bench)).perSecond();
        double rate = Math.max(1, capacity * SHARE_OF_CAPACITY);
        Duration time = bench.pace().round().multipliedBy(2);
        warmUpFailing(bench);
        ProcessorTime begin = ProcessorTime.now(bench);
        DatabaseCost costBegin = DatabaseCost.now(bench.database());
        OpenLoop.Result before = new OpenLoop(sagas(bench), rate, time).run();
        DatabaseCost costBefore = DatabaseCost.now(bench.database()).minus(costBegin);
        ProcessorTime usedBefore = ProcessorTime.now(bench).minus(begin);
        try (ServerSocket silent = new ServerSocket(0, DEAD, InetAddress.getLoopbackAddress())) {
            int timeout = (int) time.toSeconds() + 3;
            Sagas refused = dead(bench, Ports.freePort()).withTimeout(timeout);
            Sagas unanswered = dead(bench, silent.getLocalPort()).withTimeout(timeout);
            var _ = ClosedLoop.times(CALLERS, DEAD / 2, refused);
            var _ = ClosedLoop.times(CALLERS, DEAD / 2, unanswered);
            begin = ProcessorTime.now(bench);
            costBegin = DatabaseCost.now(bench.database());
            OpenLoop.Result after = new OpenLoop(sagas(bench), rate, time).run();
            DatabaseCost cost = DatabaseCost.now(bench.database()).minus(costBegin);
            ProcessorTime used = ProcessorTime.now(bench).minus(begin);
            bench.report().add(name(), Figure.printed("others before, %.0f/s offered".formatted(rate), text(before)));
            bench.report().add(name(), Figure.printed("others beside 1,000 sagas on a dead target", text(after)));
            bench.report().add(name(), Figure.printed("processors before", usedBefore.shares(time)));
            bench.report().add(name(), Figure.printed("processors beside it", used.shares(time)));
            bench.report().add(name(), Figure.printed("database before, each second", text(costBefore, time)));
            bench.report().add(name(), Figure.printed("database beside it, each second", text(cost, time)));
            bench.report()
                    .add(
                            name(),
                            Figure.atMost(
                                    "others refused or failed beside a dead target",
                                    (double) after.measured().failed(),
                                    0,
                                    ""));
            bench.report()
                    .add(
                            name(),
                            Figure.atMost(
                                    "others' p99 beside a dead target",
                                    after.measured().millis(99)
                                            / before.measured().millis(99),
                                    P99_RATIO,
                                    "x"));
            var _ = bench.audit(name(), refused, "failed");
            var _ = bench.audit(name(), unanswered, "failed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What fails is new code to the coordinator, and compiling it would count as what the dead target
    /// costs.
    private void warmUpFailing(Bench bench) {
        Sagas failing = dead(bench, Ports.freePort()).withTimeout(1);
        var _ = ClosedLoop.times(CALLERS, WARMING, failing);
        var _ = bench.audit(name(), failing, "failed");
    }

    private static String text(DatabaseCost cost, Duration time) {
        double seconds = time.toNanos() / 1e9;
        return "%.0f statements, %.0f commits, %.0f row writes"
                .formatted(cost.statements() / seconds, cost.commits() / seconds, cost.rowWrites() / seconds);
    }

    private static String text(OpenLoop.Result result) {
        return "%s; refused %d, failed %s".formatted(result.measured().text(), result.refused(), result.failed());
    }

    private Sagas sagas(Bench bench) {
        return bench.doingNothing(name());
    }

    /// Nothing to undo, so that they end when their time is over.
    private Sagas dead(Bench bench, int port) {
        return Sagas.handedOver(
                bench.coordinatorChannels(),
                bench.prefix(name()),
                List.of(new Sagas.Step("127.0.0.1:" + port + "/bench.NoOp/Do", "")),
                Bench.PAYLOAD);
    }
}
