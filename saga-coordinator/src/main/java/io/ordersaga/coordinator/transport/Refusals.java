package io.ordersaga.coordinator.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends refusals, no more in a second than the settings say, as long as none is held back too long for that. Safe for
/// any number of threads.
final class Refusals implements AutoCloseable {

    /// What calls back a little later, once for each time it is asked.
    interface Ticks extends AutoCloseable {

        void next(Runnable tick);

        @Override
        void close();
    }

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);
    static final Duration TICK = Duration.ofMillis(10);

    private final int perTick;
    private final double ticksMax;
    private final int heldMax;
    private final Ticks ticks;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    /// Of this tick.
    private int sent;
    private boolean ticking;
    private boolean closed;

    Refusals(RefusalSettings settings) {
        this(settings, new TimerTicks());
    }

    /// @param ticks every [#TICK]
    Refusals(RefusalSettings settings, Ticks ticks) {
        this.perTick = (int) Math.max(1, settings.perSecond() * TICK.toMillis() / 1000);
        this.ticksMax = Math.max(1, (double) settings.holdMax().toNanos() / TICK.toNanos());
        this.heldMax = settings.heldMax();
        this.ticks = ticks;
    }

    /// Sends it now or a little later.
    ///
    /// @param refusal sends it; called once
    void send(Runnable refusal) {
        synchronized (this) {
            if (!closed && !ticking) {
                ticking = true;
                sent = 0;
                ticks.next(this::tick);
            }
            if (!closed && held.size() < heldMax && (sent >= perTick || !held.isEmpty())) {
                held.add(refusal);
                return;
            }
            sent++;
        }
        run(refusal);
    }

    /// Also sends what is held back for the longest time.
    private void tick() {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            if (sent == 0 && held.isEmpty()) {
                ticking = false;
                return;
            }
            int count = Math.max(perTick, (int) Math.ceil(held.size() / ticksMax));
            while (due.size() < count && !held.isEmpty()) {
                due.add(held.removeFirst());
            }
            sent = due.size();
            if (!closed) {
                ticks.next(this::tick);
            }
        }
        due.forEach(Refusals::run);
    }

    private static void run(Runnable refusal) {
        try {
            refusal.run();
        } catch (RuntimeException failure) {
            // The border of the thread: the others are refused whatever happened to this one.
            log.warn("a refusal could not be sent", failure);
        }
    }

    /// Sends all that are left.
    @Override
    public void close() {
        List<Runnable> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(held);
            held.clear();
        }
        ticks.close();
        left.forEach(Refusals::run);
    }

    private static final class TimerTicks implements Ticks {

        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("saga-refusals").daemon().factory());

        @Override
        public void next(Runnable tick) {
            var _ = timer.schedule(tick, TICK.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
