package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Carries out what [ClaimLoop] decides, in a thread of its own.
final class Claimer implements Loop.Pause, AutoCloseable {

    /// Wake-ups 10 ms apart for more than a minute and a half; what is later is found by polls.
    private static final int WAKE_UPS_MAX = 10_000;
    /// Counting searches the table, and nobody looks at the number more often.
    private static final Duration COUNT_EVERY = Duration.ofSeconds(10);

    private final SagaStore store;
    private final RunningSagas running;
    private final Consumer<Claim> starter;
    private final InstantSource clock;
    private final Loop loop;
    private final AtomicLong backlog = new AtomicLong();
    private final AtomicLong oldestDueMillis = new AtomicLong();
    private Instant nextCount;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Timers timers = new Timers(WAKE_UPS_MAX);
    private final ClaimLoop decisions;
    private volatile boolean held;
    private boolean ended;

    /// @param starter takes a claim and the place that was taken for it
    Claimer(
            DispatchSettings settings,
            SagaStore store,
            RunningSagas running,
            InstantSource clock,
            Consumer<Claim> starter) {
        this.store = store;
        this.running = running;
        this.clock = clock;
        this.starter = starter;
        Instant now = clock.instant();
        this.nextCount = now;
        this.decisions = new ClaimLoop(settings.batch(), settings.resumedMax(), settings.poll(), timers, now);
        this.loop = new Loop("saga-claim", this, this::claim);
    }

    void start() {
        loop.start();
    }

    Duration sinceItWorked() {
        return loop.sinceItWorked();
    }

    /// How many sagas were due and not worked on when they were last counted.
    long backlog() {
        return backlog.get();
    }

    /// For how long the oldest of them had been due then, in seconds.
    double backlogAge() {
        return oldestDueMillis.get() / 1e3;
    }

    /// Takes up nothing while it is held.
    void hold(boolean wanted) {
        held = wanted;
    }

    /// A saga that was let go is due then.
    void wakeAt(Instant instant) {
        lock.lock();
        try {
            Instant before = decisions.nextRound();
            timers.add(instant);
            if (decisions.nextRound().isBefore(before)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// A saga that was claimed has left its place.
    void placeFreed() {
        lock.lock();
        try {
            if (decisions.placesFreed(running.freeResumedPlaces(), clock.instant())) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void claim() {
        int wanted = begin();
        int found = 0;
        try {
            List<Claim> claims = wanted == 0 ? List.of() : store.claimDue(wanted);
            found = claims.size();
            for (Claim claim : claims) {
                running.takeResumedPlace();
                starter.accept(claim);
            }
        } catch (RuntimeException failure) {
            failed();
            throw failure;
        }
        end(wanted, found);
        if (!clock.instant().isBefore(nextCount)) {
            nextCount = clock.instant().plus(COUNT_EVERY);
            long due = store.countDue();
            oldestDueMillis.set(due == 0 ? 0 : store.oldestDue().toMillis());
            backlog.set(due);
        }
    }

    private int begin() {
        lock.lock();
        try {
            return decisions.begin(held ? 0 : running.freeResumedPlaces(), clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private void end(int wanted, int found) {
        lock.lock();
        try {
            decisions.end(wanted, found, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private void failed() {
        lock.lock();
        try {
            decisions.failed(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void await() {
        lock.lock();
        try {
            long left = leftNanos();
            while (left > 0 && !ended) {
                var _ = changed.awaitNanos(left);
                left = leftNanos();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private long leftNanos() {
        Duration left = Duration.between(clock.instant(), decisions.nextRound());
        return left.compareTo(Duration.ofDays(1)) < 0 ? left.toNanos() : TimeUnit.DAYS.toNanos(1);
    }

    @Override
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
