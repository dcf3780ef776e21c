package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import java.util.List;

/// The last branch refuses and the three before it are undone.
public final class RolledBack implements Scenario {
    private static final int CALLERS = 64;

    @Override
    public String name() {
        return "refused";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        Sagas.Step done = new Sagas.Step(
                bench.participant().grpc("Do"), bench.participant().grpc("Undo"));
        Sagas.Step refused = new Sagas.Step(
                bench.participant().grpc("Refuse"), bench.participant().grpc("Undo"));
        Sagas sagas = Sagas.rolledBack(
                bench.coordinatorChannels(), bench.prefix(name()), List.of(done, done, done, refused), Bench.PAYLOAD);
        bench.report().progress("the last branch refuses");
        var _ = ClosedLoop.run(CALLERS, bench.pace().shortWarmUp(), sagas);
        Measured measured = ClosedLoop.run(CALLERS, bench.pace().round(), sagas);
        bench.report().add(name(), Figure.printed("last branch refused, 3 compensations, 64 callers", measured.text()));
        var audit = bench.audit(name(), sagas, "failed");
        bench.report().add(name(), Figure.atMost("stuck after refusals", (double) audit.stuck(), 0, ""));
    }
}
