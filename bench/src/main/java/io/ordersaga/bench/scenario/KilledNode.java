package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Operation;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.stack.process.Polling;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// Two coordinators on one database at full load; one is killed, and the other has to end its sagas.
public final class KilledNode implements Scenario {
    /// So that the processor is the limit, with sagas that take most of a second, and not the share of one target.
    private static final Map<String, String> MANY_CALLS = Map.of(
            "ORDERSAGA_COORDINATOR_TARGETS_CALLSMAX", "1000", "ORDERSAGA_COORDINATOR_TARGETS_WAITINGMAX", "1000");

    private static final String SCHEMA = Bench.SCHEMA + "_kill";
    private static final int CALLERS = 32;
    private static final double SECONDS_MAX = 10;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long WAIT_AFTER_FAILURE_NANOS = 50_000_000;

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public void run(Bench bench) {
        bench.report().progress("two coordinators, one to be killed");
        bench.database().makeSchema(SCHEMA);
        CompletableFuture<CoordinatorProcess> other =
                CompletableFuture.supplyAsync(() -> bench.startCoordinator("kill-2", SCHEMA, false, MANY_CALLS));
        CoordinatorProcess victim = bench.startCoordinator("kill-1", SCHEMA, false, MANY_CALLS);
        CoordinatorProcess survivor = other.join();
        try (Channels toVictim = new Channels(victim.settings().grpcPort());
                Channels toSurvivor = new Channels(survivor.settings().grpcPort())) {
            Sagas victims = sagas(bench, toVictim);
            Sagas survivors = sagas(bench, toSurvivor);
            CountDownLatch full = new CountDownLatch(1);
            Thread first = load(victims, bench.pace().round().plusSeconds(1), full);
            Thread second = load(survivors, bench.pace().round().plusSeconds(6), full);
            var _ = Polling.until(() -> full.getCount() == 0, LIMIT);
            LockSupport.parkNanos(bench.pace().round().toNanos());
            victim.kill();
            long killed = System.nanoTime();
            long open = bench.unfinished(SCHEMA, victims);
            var _ = Polling.until(() -> bench.unfinished(SCHEMA, victims) == 0, LIMIT);
            double seconds = (System.nanoTime() - killed) / 1e9;
            var _ = Polling.until(() -> !first.isAlive() && !second.isAlive(), LIMIT);
            bench.report()
                    .add(
                            name(),
                            Figure.atMost(
                                    "one of two killed: its %,d open sagas ended after".formatted(open),
                                    seconds,
                                    SECONDS_MAX,
                                    "s"));
            bench.report().audited(name(), Audit.of(bench.database(), SCHEMA, victims, "succe"));
            bench.report().audited(name(), Audit.of(bench.database(), SCHEMA, survivors, "succe"));
        }
        survivor.kill();
    }

    private Sagas sagas(Bench bench, Channels channels) {
        return Sagas.handedOver(channels, bench.prefix(name()), bench.steps("Slow", "Undo"), Bench.PAYLOAD);
    }

    private static Thread load(Sagas sagas, Duration time, CountDownLatch full) {
        Operation patient = () -> {
            try {
                sagas.call();
                full.countDown();
            } catch (IllegalStateException e) {
                // Nobody is there any more: asking again at once would only burn the processor.
                LockSupport.parkNanos(WAIT_AFTER_FAILURE_NANOS);
                throw e;
            }
        };
        return Thread.ofPlatform().start(() -> {
            var _ = ClosedLoop.run(CALLERS, time, patient);
        });
    }
}
