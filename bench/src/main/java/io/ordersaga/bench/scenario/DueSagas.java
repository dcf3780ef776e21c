package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Ten thousand sagas that wait, all due at once, and one coordinator that has just been started.
public final class DueSagas implements Scenario {
    private static final String SCHEMA = Bench.SCHEMA + "_due";
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
        Sagas sagas;
        bench.report().progress("handing over " + count + " sagas whose participant is not there yet");
        CoordinatorProcess first = bench.startCoordinator("due-1", SCHEMA, true);
        try (Channels channels = new Channels(first.settings().grpcPort())) {
            sagas = Sagas.handedOver(channels, bench.prefix(name()), holding(bench), Bench.PAYLOAD);
            var _ = ClosedLoop.times(CALLERS, count, sagas);
        }
        first.kill();
        bench.database().execute(SCHEMA, List.of(ALL_DUE));
        var _ = bench.ask("Open");
        bench.report().progress("starting a fresh coordinator on them");
        long began = System.nanoTime();
        CoordinatorProcess second = bench.startCoordinator("due-2", SCHEMA, false);
        long ready = System.nanoTime();
        var _ = Polling.until(() -> bench.unfinished(SCHEMA, sagas) == 0, LIMIT);
        long drained = System.nanoTime();
        Audit audit = Audit.of(bench.database(), SCHEMA, sagas, "succe");
        bench.report().audited(name(), audit);
        second.kill();
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
