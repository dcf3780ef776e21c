package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Lease;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A database that does what the test says: fails so often, refuses certain rows, keeps batches waiting.
final class ScriptedTransactions implements Transactions {

    private final ArrayDeque<SQLException> failures = new ArrayDeque<>();
    private final List<Batch> batches = new ArrayList<>();
    private final List<AttemptRow> attempts = new ArrayList<>();
    private final List<Lease> parked = new ArrayList<>();
    private final Map<Long, Verdict> verdicts = new HashMap<>();
    private final Semaphore arrived = new Semaphore(0);
    private volatile @Nullable Semaphore gate;
    private volatile @Nullable SQLException always;
    private Predicate<Write> refused = _ -> false;
    private Predicate<AttemptRow> refusedAttempts = _ -> false;
    private SQLException refusal = new SQLException();

    synchronized void fail(SQLException... next) {
        failures.addAll(Arrays.asList(next));
    }

    /// Until it is told `null`.
    void failAlways(@Nullable SQLException failure) {
        always = failure;
    }

    synchronized void refuse(Predicate<Write> rows, SQLException failure) {
        refused = rows;
        refusal = failure;
    }

    synchronized void refuseAttempts(Predicate<AttemptRow> rows, SQLException failure) {
        refusedAttempts = rows;
        refusal = failure;
    }

    synchronized void answer(long sagaId, Verdict verdict) {
        verdicts.put(sagaId, verdict);
    }

    /// From now on each batch waits until it is let through.
    void close() {
        gate = new Semaphore(0);
    }

    void letThrough(int count) {
        Semaphore closed = gate;
        if (closed != null) {
            closed.release(count);
        }
    }

    /// Waits until so many more batches have come.
    void awaitBatches(int count) throws InterruptedException {
        arrived.acquire(count);
    }

    synchronized List<Integer> sizes() {
        return batches.stream().map(Batch::rows).toList();
    }

    synchronized List<Batch> batches() {
        return List.copyOf(batches);
    }

    synchronized List<AttemptRow> attempts() {
        return List.copyOf(attempts);
    }

    synchronized List<Lease> parked() {
        return List.copyOf(parked);
    }

    synchronized void forget() {
        batches.clear();
    }

    @Override
    public Map<Long, Verdict> write(Batch batch) throws SQLException {
        synchronized (this) {
            batches.add(batch);
        }
        arrived.release();
        Semaphore closed = gate;
        if (closed != null) {
            closed.acquireUninterruptibly();
        }
        return decide(batch);
    }

    private synchronized Map<Long, Verdict> decide(Batch batch) throws SQLException {
        SQLException failure = always;
        if (failure == null) {
            failure = failures.poll();
        }
        if (failure == null
                && (batch.writes().stream().anyMatch(refused)
                        || batch.attempts().stream().anyMatch(refusedAttempts))) {
            failure = refusal;
        }
        if (failure != null) {
            throw failure;
        }
        attempts.addAll(batch.attempts());
        Map<Long, Verdict> result = new HashMap<>();
        batch.writes()
                .forEach(write ->
                        result.put(write.sagaId(), verdicts.getOrDefault(write.sagaId(), new Verdict.Stored())));
        return result;
    }

    @Override
    public synchronized void park(Lease lease, String reason) {
        parked.add(lease);
    }

    @Override
    public void onCommit(LongConsumer listener) {}
}
