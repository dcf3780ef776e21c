package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;

/// Every branch is away the first time that it is called.
public final class FailingOnce implements Scenario {
    private static final int CALLERS = 64;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "failonce";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        int count = bench.pace().failingSagas();
        Sagas sagas = Sagas.handedOver(
                bench.coordinatorChannels(), bench.prefix(name()), bench.steps("FailOnce", "Undo"), Bench.PAYLOAD);
        bench.report().progress("every branch fails once");
        long began = System.nanoTime();
        var _ = ClosedLoop.times(CALLERS, count, sagas);
        var _ = Polling.until(() -> bench.unfinished(Bench.SCHEMA, sagas) == 0, LIMIT);
        double seconds = (System.nanoTime() - began) / 1e9;
        bench.report()
                .add(
                        name(),
                        Figure.printed("every branch failing once, " + count + " sagas", count / seconds, "sagas/s"));
        var audit = bench.audit(name(), sagas, "succe");
        bench.report()
                .add(name(), Figure.atMost("stuck after every branch failed once", (double) audit.stuck(), 0, ""));
    }
}
