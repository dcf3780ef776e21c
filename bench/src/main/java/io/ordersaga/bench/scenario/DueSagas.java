package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Ten thousand sagas that wait, all due at once, and one coordinator that has just been started.
/// Comes last: the coordinator that took them has to go.
public final class DueSagas implements Scenario {
    private static final int CALLERS = 64;
    private static final double SECONDS_MAX = 30;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ALL_DUE =
            "UPDATE saga SET next_due = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE finished IS NULL";

    @Override
    public String name() {
        return "due";
    }

    @Override
    public void run(Bench bench) {
        int count = bench.pace().dueSagas();
        bench.report().progress("handing over " + count + " sagas whose participant is not there yet");
        Sagas sagas =
                Sagas.handedOver(bench.coordinatorChannels(), bench.prefix(name()), holding(bench), Bench.PAYLOAD);
        var _ = ClosedLoop.times(CALLERS, count, sagas);
        var _ = bench.coordinator().stop();
        bench.database().execute(Bench.SCHEMA, List.of(ALL_DUE));
        var _ = bench.ask("Open");
        bench.report().progress("starting a fresh coordinator on them");
        long began = System.nanoTime();
        CoordinatorProcess fresh = bench.startCoordinator("due", Bench.SCHEMA, false);
        long ready = System.nanoTime();
        var _ = Polling.until(() -> bench.unfinished(Bench.SCHEMA, sagas) == 0, LIMIT);
        long drained = System.nanoTime();
        Audit audit = Audit.of(bench.database(), Bench.SCHEMA, sagas, "succe");
        bench.report().audited(name(), audit);
        fresh.kill();
        bench.report()
                .add(
                        name(),
                        Figure.atMost(
                                "10,000 due sagas drained, from ready", (drained - ready) / 1e9, SECONDS_MAX, "s"));
        bench.report()
                .add(name(), Figure.printed("the same from the start of the process", (drained - began) / 1e9, "s"));
    }

    private static List<Sagas.Step> holding(Bench bench) {
        return IntStream.range(0, Bench.STEPS)
                .mapToObj(step -> new Sagas.Step(
                        bench.participant().grpc(step == 0 ? "Hold" : "Do"),
                        bench.participant().grpc("Undo")))
                .toList();
    }
}
