package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.admin.operation.BatchJob.Outcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.kit.DatabaseErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works on batches, each in a thread of its own and under a lease: what one node leaves undone another
/// takes up. What was done and not yet written down when a node was killed is done once more, which is a
/// few transactions at most; what is denied then because it was done counts as done.
public final class BatchRunner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BatchRunner.class);
    /// A batch writes down what it did so often in a second, and is halted as soon.
    private static final int PORTIONS_A_SECOND = 5;
    private static final int PORTION_MAX = 100;
    private static final Duration TROUBLE_PAUSE = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final BatchJobTable table;
    private final TransactionOperations operations;
    private final String node;
    private final OperationSettings settings;
    private final ScheduledExecutorService poll;
    private final Set<Long> mine = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private boolean failing;

    /// @param node this coordinator's name, another one after each start
    public BatchRunner(Jdbi jdbi, TransactionOperations operations, String node, OperationSettings settings) {
        this.jdbi = jdbi;
        this.table = jdbi.onDemand(BatchJobTable.class);
        this.operations = operations;
        this.node = node;
        this.settings = settings;
        this.poll = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("batch-poll").factory());
    }

    public void start() {
        long pause = settings.poll().toNanos();
        var _ = poll.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.NANOSECONDS);
    }

    BatchJobTable table() {
        return table;
    }

    Jdbi jdbi() {
        return jdbi;
    }

    /// There may be something to do.
    void wake() {
        if (!closed) {
            poll.execute(this::look);
        }
    }

    /// Lets nothing through: without it no batch would ever be taken up again.
    private synchronized void look() {
        try {
            int places = settings.batchesAtOnce() - mine.size();
            for (long id : places > 0 ? table.free(places) : List.<Long>of()) {
                if (!closed && table.hold(id, node, leaseMicros()) == 1 && mine.add(id)) {
                    Thread.ofVirtual().name("batch-" + id).start(() -> work(id));
                }
            }
            failing = false;
        } catch (RuntimeException failure) {
            if (!failing) {
                log.warn("batches cannot be looked for, and is tried again", failure);
                failing = true;
            }
        }
    }

    private long leaseMicros() {
        return settings.batchLease().toNanos() / 1_000;
    }

    private void work(long id) {
        try {
            Optional<BatchJobTable.Row> row = table.find(id);
            log.info("batch {}: taken up", id);
            boolean more = row.isPresent();
            while (more && !closed) {
                more = portion(row.orElseThrow());
            }
            if (closed) {
                int _ = table.letGo(id, node);
            }
        } catch (RuntimeException failure) {
            // Whoever finds its lease run out goes on with it.
            log.warn("batch {}: left for the moment", id, failure);
            LockSupport.parkNanos(TROUBLE_PAUSE.toNanos());
        } finally {
            mine.remove(id);
        }
    }

    /// @return false when there is nothing more to do here
    private boolean portion(BatchJobTable.Row batch) {
        if (table.hold(batch.id(), node, leaseMicros()) == 0) {
            return false;
        }
        int size = Math.clamp(batch.rate() / PORTIONS_A_SECOND, 1, PORTION_MAX);
        List<BatchJobTable.Item> pending = table.itemsOf(batch.id(), Outcome.PENDING.name(), 0, size);
        if (pending.isEmpty()) {
            if (table.change(batch.id(), "RUNNING", "DONE", true) == 1) {
                log.info("batch {}: done", batch.id());
            }
            return false;
        }
        BatchJob job = BatchJob.of(batch);
        List<BatchJobTable.Item> settled = new ArrayList<>();
        long startNanos = System.nanoTime();
        try {
            for (BatchJobTable.Item item : pending) {
                if (closed) {
                    break;
                }
                settled.add(settled(item, job));
                long turn = startNanos + settled.size() * (TimeUnit.SECONDS.toNanos(1) / batch.rate());
                LockSupport.parkNanos(Math.max(0, turn - System.nanoTime()));
            }
        } finally {
            write(batch.id(), settled);
        }
        return true;
    }

    private BatchJobTable.Item settled(BatchJobTable.Item item, BatchJob job) {
        BatchJob.Result result = job.on(new Gid(item.gid().toText()), operations);
        return new BatchJobTable.Item(
                item.place(), item.gid(), result.outcome().name(), result.detail(), Optional.empty());
    }

    /// Counted is what was really pending: after a stall another node may have done the same.
    private void write(long id, List<BatchJobTable.Item> settled) {
        if (settled.isEmpty()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            BatchJobTable inTransaction = handle.attach(BatchJobTable.class);
            int[] written = inTransaction.settle(id, settled);
            int[] counts = new int[Outcome.values().length];
            for (int index = 0; index < written.length; index++) {
                if (written[index] != 0) {
                    counts[place(Outcome.valueOf(settled.get(index).outcome()))]++;
                }
            }
            int _ = inTransaction.count(
                    id, counts[place(Outcome.SUCCEEDED)], counts[place(Outcome.DENIED)], counts[place(Outcome.FAILED)]);
        });
    }

    private static int place(Outcome outcome) {
        return switch (outcome) {
            case PENDING -> 0;
            case SUCCEEDED -> 1;
            case DENIED -> 2;
            case FAILED -> 3;
        };
    }

    /// Makes a batch of these transactions; empty when its author has made one of the same request id meanwhile.
    Optional<Long> create(BatchJobTable.Fresh batch, List<Gid> gids) {
        try {
            return Optional.of(insert(batch, gids));
        } catch (UnableToExecuteStatementException failure) {
            if (batch.requestId().isPresent() && DatabaseErrors.isDuplicateKey(failure)) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private long insert(BatchJobTable.Fresh batch, List<Gid> gids) {
        return jdbi.inTransaction(handle -> {
            BatchJobTable inTransaction = handle.attach(BatchJobTable.class);
            long id = inTransaction.insert(batch);
            int place = 0;
            while (place < gids.size()) {
                List<BatchJobTable.FreshItem> items = new ArrayList<>();
                while (place < gids.size() && items.size() < PORTION_MAX * 10) {
                    Bytes gid = Bytes.of(gids.get(place++).value());
                    items.add(new BatchJobTable.FreshItem(id, place, gid, Outcome.PENDING.name(), ""));
                }
                int _ = inTransaction.insertItems(items);
            }
            return id;
        });
    }

    /// Leaves batches to other nodes; what is under way comes to the end of one transaction.
    @Override
    public void close() {
        closed = true;
        poll.shutdownNow();
    }
}
