package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The sagas that this node works on, and how many more it may take. Safe for any number of threads.
final class RunningSagas {

    private final DispatchSettings settings;
    private final Admission fresh;
    private final AtomicInteger resumed = new AtomicInteger();
    private final Map<Lease, SagaRun> owned = new ConcurrentHashMap<>();
    private final CountDownLatch allLeft = new CountDownLatch(1);
    private volatile boolean closing;

    RunningSagas(DispatchSettings settings) {
        this.settings = settings;
        this.fresh = new Admission(
                settings.freshMin(), settings.freshMax(), settings.storeGoal(), this::hanging, System.nanoTime());
    }

    private int hanging() {
        long nowNanos = System.nanoTime();
        int count = 0;
        for (SagaRun run : owned.values()) {
            if (run.isFresh() && run.hangs(nowNanos)) {
                count++;
            }
        }
        return count;
    }

    Admission fresh() {
        return fresh;
    }

    void leaveFreshPlace() {
        fresh.leave();
        noticeTheLast();
    }

    int freeResumedPlaces() {
        return Math.max(0, settings.resumedMax() - resumed.get());
    }

    void takeResumedPlace() {
        resumed.incrementAndGet();
    }

    void leaveResumedPlace() {
        resumed.decrementAndGet();
        noticeTheLast();
    }

    int count() {
        return fresh.running() + resumed.get();
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
        Duration old = settings.lease().dividedBy(3);
        List<Lease> leases = new ArrayList<>();
        owned.forEach((lease, run) -> {
            if (run.heldFor().compareTo(old) >= 0) {
                leases.add(lease);
            }
        });
        return leases;
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

    /// Waits at most `longest` for those that run; who calls it sees to it that no more are started.
    void awaitNone(Duration longest) {
        closing = true;
        noticeTheLast();
        try {
            var _ = allLeft.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void noticeTheLast() {
        if (closing && count() == 0) {
            allLeft.countDown();
        }
    }
}
