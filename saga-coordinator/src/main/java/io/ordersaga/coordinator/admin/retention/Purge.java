package io.ordersaga.coordinator.admin.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Purges finished transactions with everything that was kept of them, the oldest first, a small batch at a time. One
/// thread calls it.
public final class Purge {

    static final String DUTY = "purge";

    private static final int ITEMS_AT_A_TIME = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Purge.class);
    /// How far a node's clock, which ids are made of, may be from the database's.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final RetentionTable table;
    private final RetentionSettings settings;
    private final InstantSource clock;
    private final ToLongFunction<Instant> firstIdOf;
    private final String node;

    /// The tables are those of `jdbi`.
    ///
    /// @param firstIdOf the smallest id of a transaction that is submitted at that moment
    public Purge(
            Jdbi jdbi,
            RetentionSettings settings,
            InstantSource clock,
            ToLongFunction<Instant> firstIdOf,
            String node) {
        this.jdbi = jdbi;
        this.table = jdbi.onDemand(RetentionTable.class);
        this.settings = settings;
        this.clock = clock;
        this.firstIdOf = firstIdOf;
        this.node = node;
    }

    /// Purges until nothing is left, or the round's time is over; does nothing when another node is at it.
    ///
    /// @return how many transactions it purged
    public int round() {
        if (table.duty(DUTY).isEmpty()) {
            int _ = table.makeDuty(DUTY);
        }
        // Longer than the round, so that a batch that takes its time is still ours.
        long micros = settings.roundMax().plus(settings.every()).toNanos() / 1_000;
        if (!table.takeDuty(DUTY, node, micros)) {
            return 0;
        }
        long end = System.nanoTime() + settings.roundMax().toNanos();
        int purged = 0;
        for (RetentionTable.Policy policy : table.policies()) {
            if (policy.keepSeconds().isPresent()) {
                purged += purge(policy.status(), policy.keepSeconds().get(), end);
            }
        }
        purgeBatches(end);
        if (purged > 0) {
            log.info("{} finished transactions purged", purged);
        }
        return purged;
    }

    private int purge(String status, long keepSeconds, long end) {
        long toId =
                firstIdOf.applyAsLong(clock.instant().minusSeconds(keepSeconds).plus(CLOCK_DIFFERENCE));
        long fromId = 0;
        int purged = 0;
        while (System.nanoTime() - end < 0) {
            List<Long> batch = batch(status, keepSeconds, fromId, toId);
            if (batch.isEmpty()) {
                break;
            }
            purged += batch.size();
            // Nothing is left before the last one but what was locked or is too young, which the next round looks at:
            // rows that were deleted need not be walked over again.
            fromId = batch.getLast() + 1;
        }
        return purged;
    }

    private List<Long> batch(String status, long keepSeconds, long fromId, long toId) {
        return jdbi.inTransaction(handle -> {
            RetentionTable own = handle.attach(RetentionTable.class);
            List<Long> ids = own.lockOld(status, fromId, toId, keepSeconds, settings.batch());
            if (!ids.isEmpty()) {
                int _ = own.deleteAttempts(ids);
                int _ = own.deleteLabels(ids);
                int _ = own.deleteTrouble(ids);
                int _ = own.deleteNotes(ids);
                int deleted = own.deleteSagas(ids);
                int _ = own.count(status, deleted);
            }
            return ids;
        });
    }

    /// What is left of one when the time is over is for the next round: its items go first.
    private void purgeBatches(long end) {
        Optional<Long> id = table.oldBatch(settings.batchesKept().toSeconds());
        while (id.isPresent() && System.nanoTime() - end < 0) {
            if (table.deleteBatchItems(id.get(), ITEMS_AT_A_TIME) == 0) {
                int _ = table.deleteBatch(id.get());
                id = table.oldBatch(settings.batchesKept().toSeconds());
            }
        }
    }

    /// Lets another node go on at once.
    public void leave() {
        int _ = table.leaveDuty(DUTY, node);
    }
}
