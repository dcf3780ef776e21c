package io.ordersaga.bench.scenario;

import io.ordersaga.bench.load.BareHttpCalls;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import java.util.Collections;

/// Four HTTP participants instead of gRPC ones, at 64 callers.
public final class HttpSteps implements Scenario {
    private static final int CALLERS = 64;

    @Override
    public String name() {
        return "http64";
    }

    @Override
    public void run(Bench bench) {
        bench.warmUp();
        String action = bench.participant().http("Do");
        String compensation = bench.participant().http("Undo");
        Sagas sagas = Sagas.awaited(
                bench.coordinatorChannels(),
                bench.prefix(name()),
                Collections.nCopies(Bench.STEPS, new Sagas.Step(action, compensation)),
                Bench.PAYLOAD);
        Measured bareTotal = Measured.nothing();
        Measured sagaTotal = Measured.nothing();
        bench.report().progress("HTTP participants");
        try (BareHttpCalls bare = new BareHttpCalls(action, Bench.STEPS, Bench.PAYLOAD)) {
            var _ = ClosedLoop.run(CALLERS, bench.pace().shortWarmUp(), bare);
            var _ = ClosedLoop.run(CALLERS, bench.pace().shortWarmUp(), sagas);
            for (int round = 0; round < bench.pace().rounds(1); round++) {
                bareTotal = bareTotal.plus(ClosedLoop.run(CALLERS, bench.pace().round(), bare));
                sagaTotal = sagaTotal.plus(ClosedLoop.run(CALLERS, bench.pace().round(), sagas));
            }
        }
        bench.report().add(name(), Figure.printed("bare, 4 HTTP calls at 64 callers", bareTotal.text()));
        bench.report().add(name(), Figure.printed("sagas of 4 HTTP steps at 64 callers", sagaTotal.text()));
        bench.report()
                .add(
                        name(),
                        Figure.printed(
                                "ratio to bare, HTTP at 64 callers",
                                sagaTotal.perSecond() / bareTotal.perSecond(),
                                ""));
        var _ = bench.audit(name(), sagas, "succe");
    }
}
