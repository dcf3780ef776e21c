package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.engine.LocalNode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the transactions go on that waited for a target which is called again, instead of when their wait is
/// over. They go on so many in a second that neither the target nor this coordinator is flooded. Nothing is
/// lost when a node dies meanwhile: every wait ends. Thread-safe.
public final class Awakening implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Awakening.class);
    private static final int ROWS_AT_A_TIME = 500;
    private static final int PORTIONS_A_SECOND = 10;
    private static final Duration BREATH = Duration.ofSeconds(1).dividedBy(PORTIONS_A_SECOND);

    private final WaitingTable table;
    private final LocalNode node;
    private final OperationSettings settings;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Awakening(WaitingTable table, LocalNode node, OperationSettings settings) {
        this.table = table;
        this.node = node;
        this.settings = settings;
    }

    /// Begins, and returns.
    ///
    /// @param address scheme, host and port of the target
    void begin(String address) {
        if (underWay.add(address)) {
            Thread.ofVirtual().name("awakening").start(() -> wake(address));
        }
    }

    private void wake(String address) {
        try {
            long endNanos = System.nanoTime() + settings.resumeMax().toNanos();
            int woken = round(address, endNanos);
            // Another node may not have heard yet that the target is called again, and have put some of
            // them back.
            pause(settings.poll().multipliedBy(2));
            woken += round(address, endNanos);
            log.info("target {}: {} waiting transactions go on at once", address, woken);
        } catch (RuntimeException failure) {
            log.warn("target {}: what waited for it goes on when its wait is over", address, failure);
        } finally {
            underWay.remove(address);
        }
    }

    private int round(String address, long endNanos) {
        int most = Math.max(1, settings.resumeRate() / PORTIONS_A_SECOND);
        int woken = 0;
        LocalDateTime due = table.now();
        long id = 0;
        while (!closed && System.nanoTime() - endNanos < 0) {
            List<WaitingTable.Row> rows = table.after(due, id, ROWS_AT_A_TIME);
            List<Long> waiting = rows.stream()
                    .filter(row -> !row.target().isEmpty())
                    .filter(row -> node.addressOf(row.target()).equals(address))
                    .map(WaitingTable.Row::id)
                    .toList();
            for (int from = 0; from < waiting.size() && !closed; from += most) {
                woken += table.wake(waiting.subList(from, Math.min(waiting.size(), from + most)));
                pause(BREATH);
            }
            if (rows.size() < ROWS_AT_A_TIME) {
                break;
            }
            due = rows.getLast().nextDue();
            id = rows.getLast().id();
        }
        return woken;
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /// What is under way comes to its end soon.
    @Override
    public void close() {
        closed = true;
    }
}
