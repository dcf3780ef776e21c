package io.ordersaga.bench.shop;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.process.StartFailure;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Kills one program after the other and starts it again at once, as an orchestrator would.
final class Killer {
    private static final List<Component> VICTIMS =
            List.of(Component.ORDER, Component.PAY, Component.STOCK, Component.COUPON, Component.COORDINATOR);

    private final Premises premises;
    private final Random random;
    private final Duration interval;
    private final Consumer<String> progress;
    private final AtomicInteger kills = new AtomicInteger();

    /// @param interval from one kill to the next
    Killer(Premises premises, long seed, Duration interval, Consumer<String> progress) {
        this.premises = premises;
        this.random = new Random(seed);
        this.interval = interval;
        this.progress = progress;
    }

    /// Returns when it is over and everything that was killed runs again.
    void run(BooleanSupplier over) {
        List<Component> round = List.of();
        long next = System.nanoTime() + interval.toNanos();
        while (!over.getAsBoolean()) {
            if (System.nanoTime() < next) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                continue;
            }
            next += interval.toNanos();
            if (round.isEmpty()) {
                round = new java.util.ArrayList<>(VICTIMS);
                java.util.Collections.shuffle(round, random);
            }
            Component victim = round.removeLast();
            premises.kill(victim);
            kills.incrementAndGet();
            long killed = System.nanoTime();
            try {
                premises.start(victim);
            } catch (StartFailure e) {
                progress.accept(victim.label() + " did not start again: " + e.getMessage());
                throw e;
            }
            progress.accept("killed %s; it was ready again after %.1f s"
                    .formatted(victim.label(), (System.nanoTime() - killed) / 1e9));
        }
    }

    int kills() {
        return kills.get();
    }
}
