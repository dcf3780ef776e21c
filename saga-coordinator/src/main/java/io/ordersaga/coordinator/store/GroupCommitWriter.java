package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.store.Waiting.Haste;
import io.ordersaga.coordinator.store.WriteQueue.Going;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the writes of many callers into few transactions. One thread gathers batches, each batch is written by a
/// thread of its own, and a caller who is alone writes itself. Thread-safe.
final class GroupCommitWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupCommitWriter.class);
    private static final long AGAIN_NANOS = Duration.ofMillis(250).toNanos();
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StoreSettings settings;
    private final Duration lease;
    private final Transactions transactions;
    private final BatchWriter batches;
    private final StoreMetrics metrics;
    private final Journal journal;
    private final Activity activity;
    private final WriteQueue queue;
    private final Thread gatherer;
    private volatile Consumer<Lease> lostListener = _ -> {};
    private boolean closed;

    /// @param lease how long a state is worth writing: afterwards somebody else may have the saga
    GroupCommitWriter(
            StoreSettings settings,
            Duration lease,
            Transactions transactions,
            BatchWriter batches,
            StoreMetrics metrics) {
        this.settings = settings;
        this.lease = lease;
        this.transactions = transactions;
        this.batches = batches;
        this.metrics = metrics;
        this.journal = new Journal(settings.journalQueue(), settings.lazyDelay().toNanos());
        this.activity = new Activity(System.nanoTime());
        this.queue = new WriteQueue(settings, journal, activity);
        this.gatherer = Thread.ofVirtual().name("saga-writer").unstarted(this::gather);
        gauge("ordersaga.store.queue", "writes that somebody waits for", queue::awaitedSize);
        gauge("ordersaga.store.later", "states to be written later", queue::laterSize);
        metrics.gauge("ordersaga.store.journal", "attempts to be written", journal, Journal::size);
        gauge("ordersaga.store.lanes", "transactions that may be under way", queue::lanes);
        transactions.onCommit(this::committed);
        gatherer.start();
    }

    void onLost(Consumer<Lease> listener) {
        lostListener = listener;
    }

    /// Writes, and comes back when it is known what became of it.
    ///
    /// @throws StoreOverloadedException when it is certain that nothing was written
    Verdict write(Write write) {
        Going mine = null;
        Waiting waiting;
        lock.lock();
        try {
            long now = System.nanoTime();
            if (closed) {
                throw new StoreUnavailableException("the store is closed", null);
            }
            activity.began(write.sagaId(), now);
            if (queue.isIdle(write, now)) {
                mine = queue.alone(write, now);
                waiting = mine.writes().getFirst();
            } else {
                waiting = queue.offer(write, now).orElseThrow(this::overloaded);
                wakeIfItIsTime(now);
            }
        } finally {
            lock.unlock();
        }
        if (mine != null) {
            metrics.direct();
            carryOut(mine);
        }
        Verdict verdict = await(waiting);
        if (write.due().owner().isEmpty() || !(verdict instanceof Verdict.Stored)) {
            ended(write.sagaId());
        }
        return verdict;
    }

    private StoreOverloadedException overloaded() {
        metrics.overloaded();
        return new StoreOverloadedException(RETRY_AFTER);
    }

    private Verdict await(Waiting waiting) {
        try {
            return waiting.verdict().get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw givenUp(waiting, interruption);
        } catch (TimeoutException late) {
            throw givenUp(waiting, late);
        } catch (ExecutionException bug) {
            throw new StoreUnavailableException("the saga store failed", bug.getCause());
        }
    }

    private StoreUnavailableException givenUp(Waiting waiting, Exception reason) {
        boolean withdrawn;
        lock.lock();
        try {
            withdrawn = queue.withdraw(waiting);
        } finally {
            lock.unlock();
        }
        return withdrawn ? overloaded() : new StoreUnavailableException("the saga store did not answer", reason);
    }

    /// Writes some time later; the newest state of a lease is enough.
    void writeLater(Write.State state) {
        Haste haste = state.isEnd() ? Haste.END : Haste.PROGRESS;
        boolean taken;
        lock.lock();
        try {
            long now = System.nanoTime();
            if (haste == Haste.END) {
                activity.ended(state.sagaId(), now);
            }
            taken = !closed && queue.offerLater(state, haste, now);
            wakeIfItIsTime(now);
        } finally {
            lock.unlock();
        }
        if (!taken) {
            metrics.overloaded();
            lose(state.lease());
        }
    }

    void record(AttemptRow attempt) {
        switch (journal.offer(attempt, System.nanoTime())) {
            case FIRST -> wake();
            case QUEUED -> {}
            case DROPPED -> metrics.dropped(1);
        }
    }

    /// A saga is worked on here from now on.
    void began(long sagaId) {
        lock.lock();
        try {
            activity.began(sagaId, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void ended(long sagaId) {
        lock.lock();
        try {
            activity.ended(sagaId, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void wakeIfItIsTime(long now) {
        if (queue.isTimeToWake(now)) {
            changed.signal();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the states that were to be written later are settled.
    ///
    /// @return whether there were any
    boolean settle(Predicate<Write.State> wanted, Duration patience) {
        List<CompletableFuture<Verdict>> verdicts;
        lock.lock();
        try {
            verdicts = queue.hurry(wanted, System.nanoTime());
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            CompletableFuture.allOf(verdicts.toArray(CompletableFuture[]::new))
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException late) {
            log.warn("{} states could not be written at once; they are tried again", verdicts.size(), late);
        }
        return !verdicts.isEmpty();
    }

    void flush(Duration patience) {
        long attempts = journal.hurry(System.nanoTime());
        boolean _ = settle(_ -> true, patience);
        try {
            if (!journal.awaitSettled(attempts, patience)) {
                log.warn("the journal could not be written within {}", patience);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void gather() {
        while (true) {
            try {
                Optional<Going> going = next();
                if (going.isEmpty()) {
                    return;
                }
                Going batch = going.get();
                Thread.ofVirtual().name("saga-batch").start(() -> carryOut(batch));
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException bug) {
                // Without this thread nothing would ever be written again.
                log.error("gathering a batch met a bug", bug);
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    /// Waits for the next batch; empty when none will come.
    private Optional<Going> next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                Optional<Going> going = queue.take(now);
                if (going.isPresent() || closed) {
                    return going;
                }
                OptionalLong longest = queue.wakeIn(now);
                if (longest.isEmpty()) {
                    changed.await();
                } else {
                    long _ = changed.awaitNanos(longest.getAsLong());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(Going going) {
        Batch.Result result;
        try {
            result = batches.write(going.batch());
        } catch (RuntimeException | Error bug) {
            // The border of the thread: nobody may wait for ever, and no saga may be under way for ever.
            log.error("a batch of {} rows met a bug", going.writes().size(), bug);
            result = BatchWriter.failed(going.batch(), new SQLException(bug), SqlTrouble.DATABASE);
        }
        Map<Waiting, Verdict> settled = new LinkedHashMap<>();
        lock.lock();
        try {
            long now = System.nanoTime();
            queue.cameBack(going);
            for (Waiting waiting : going.writes()) {
                Verdict verdict = result.of(waiting.write());
                boolean mayComeLater = verdict instanceof Verdict.Unknown && waiting.haste() != Haste.AWAITED;
                if (mayComeLater && queue.isOvertaken(waiting)) {
                    settled.put(waiting, new Verdict.Stored());
                } else if (mayComeLater && !closed && now - waiting.since() < lease.toNanos()) {
                    queue.offerAgain(waiting, now + AGAIN_NANOS);
                } else {
                    settled.put(waiting, verdict);
                }
            }
            int written = AttemptRow.count(going.attempts()) - AttemptRow.count(result.unwritten());
            int dropped = journal.cameBack(written, result.unwritten(), now);
            metrics.dropped(dropped + result.refused());
            changed.signal();
        } finally {
            lock.unlock();
        }
        settled.forEach(this::tell);
    }

    private void tell(Waiting waiting, Verdict verdict) {
        if (verdict instanceof Verdict.Refused(SQLException cause)) {
            refuse(waiting.write(), cause);
        }
        boolean stored = verdict instanceof Verdict.Stored;
        if (!stored && waiting.haste() != Haste.AWAITED && waiting.write() instanceof Write.State state) {
            lose(state.lease());
        }
        waiting.verdict().complete(verdict);
    }

    /// A saga whose state cannot be written would be claimed, called and lost again for ever.
    private void refuse(Write write, SQLException cause) {
        metrics.refused();
        log.error("the database will not have a row of saga row {}", write.sagaId(), cause);
        if (write instanceof Write.State state) {
            try {
                transactions.park(state.lease(), "its state cannot be written: " + cause.getMessage());
            } catch (SQLException alsoFailed) {
                log.error(
                        "saga row {} could not be parked; it is free when its lease ends", write.sagaId(), alsoFailed);
            }
        }
    }

    private void lose(Lease lost) {
        metrics.lost();
        try {
            lostListener.accept(lost);
        } catch (RuntimeException bug) {
            // Others of the batch still wait for their verdicts.
            log.error("nobody could be told that the lease of saga row {} is lost", lost.sagaId(), bug);
        }
    }

    /// Tells the queue how slow commits are.
    void committed(long tookNanos) {
        lock.lock();
        try {
            queue.committed(tookNanos);
        } finally {
            lock.unlock();
        }
    }

    private void gauge(String name, String description, IntSupplier size) {
        metrics.gauge(name, description, this, writer -> writer.locked(size));
    }

    private int locked(IntSupplier size) {
        lock.lock();
        try {
            return size.getAsInt();
        } finally {
            lock.unlock();
        }
    }

    /// Writes what waits, for a second at most, and takes nothing more.
    @Override
    public void close() {
        flush(LAST_WORDS);
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!gatherer.join(LAST_WORDS)) {
                gatherer.interrupt();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
