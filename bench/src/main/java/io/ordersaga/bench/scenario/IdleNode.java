package io.ordersaga.bench.scenario;

import io.ordersaga.bench.report.Figure;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// What a coordinator without work asks of the database.
public final class IdleNode implements Scenario {
    private static final double PER_SECOND_MAX = 5;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public void run(Bench bench) {
        bench.report().progress("idle");
        LockSupport.parkNanos(SETTLE.toNanos());
        long own = -DatabaseCost.now(bench.database()).statements()
                + DatabaseCost.now(bench.database()).statements();
        DatabaseCost before = DatabaseCost.now(bench.database());
        LockSupport.parkNanos(bench.pace().idle().toNanos());
        long asked = DatabaseCost.now(bench.database()).minus(before).statements() - own;
        bench.report()
                .add(
                        name(),
                        Figure.atMost(
                                "statements of an idle node",
                                Math.max(0, asked)
                                        / (double) bench.pace().idle().toSeconds(),
                                PER_SECOND_MAX,
                                "/s"));
    }
}
