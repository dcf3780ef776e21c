package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The sagas that this node works on, and how many more it may take.
final class RunningSagas {

    private final DispatchSettings settings;
    private final Semaphore fresh;
    private final Semaphore resumed;
    private final Map<Lease, SagaRun> owned = new ConcurrentHashMap<>();

    RunningSagas(DispatchSettings settings) {
        this.settings = settings;
        this.fresh = new Semaphore(settings.freshMax());
        this.resumed = new Semaphore(settings.resumedMax());
    }

    boolean takeFreshPlace() {
        return fresh.tryAcquire();
    }

    /// Takes as many places as are free, up to `wanted`.
    int takeResumedPlaces(int wanted) {
        int taken = 0;
        while (taken < wanted && resumed.tryAcquire()) {
            taken++;
        }
        return taken;
    }

    void leaveFreshPlace() {
        fresh.release();
    }

    void leaveResumedPlaces(int count) {
        resumed.release(count);
    }

    int count() {
        return settings.freshMax() - fresh.availablePermits() + settings.resumedMax() - resumed.availablePermits();
    }

    void add(Lease lease, SagaRun run) {
        owned.put(lease, run);
    }

    void remove(Lease lease) {
        owned.remove(lease);
    }

    List<Lease> leases() {
        return List.copyOf(owned.keySet());
    }

    /// Those that no write has prolonged for a third of their time.
    List<Lease> leasesToRenew() {
        List<Lease> old = new ArrayList<>();
        owned.forEach((lease, run) -> {
            if (run.heldFor().compareTo(settings.lease().dividedBy(3)) >= 0) {
                old.add(lease);
            }
        });
        return old;
    }

    void renewed(Lease lease, long sinceNanos) {
        SagaRun run = owned.get(lease);
        if (run != null) {
            run.holdSince(sinceNanos);
        }
    }

    void lost(Lease lease) {
        SagaRun run = owned.remove(lease);
        if (run != null) {
            run.lose();
        }
    }

    /// Takes all places, so that nothing starts any more; waits at most `longest` for those that are taken.
    void closeAndAwait(Duration longest) {
        long endNanos = System.nanoTime() + longest.toNanos();
        try {
            boolean noFreshLeft = fresh.tryAcquire(settings.freshMax(), longest.toNanos(), TimeUnit.NANOSECONDS);
            if (noFreshLeft) {
                long left = Math.max(0, endNanos - System.nanoTime());
                var _ = resumed.tryAcquire(settings.resumedMax(), left, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
