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

/// A thousand sagas whose participant is dead - half of them refused a connection, half of them connected to nobody who
/// answers -, and what that costs the others.
public final class DeadTarget implements Scenario {
    private static final int CALLERS = 64;
    private static final int DEAD = 1_000;
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
        OpenLoop.Result before = new OpenLoop(sagas(bench), rate, time).run();
        try (ServerSocket silent = new ServerSocket(0, DEAD, InetAddress.getLoopbackAddress())) {
            int timeout = (int) time.toSeconds() + 5;
            Sagas refused = dead(bench, Ports.freePort()).withTimeout(timeout);
            Sagas unanswered = dead(bench, silent.getLocalPort()).withTimeout(timeout);
            var _ = ClosedLoop.times(CALLERS, DEAD / 2, refused);
            var _ = ClosedLoop.times(CALLERS, DEAD / 2, unanswered);
            OpenLoop.Result after = new OpenLoop(sagas(bench), rate, time).run();
            bench.report().add(name(), Figure.printed("others before, %.0f/s offered".formatted(rate), text(before)));
            bench.report().add(name(), Figure.printed("others beside 1,000 sagas on a dead target", text(after)));
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
