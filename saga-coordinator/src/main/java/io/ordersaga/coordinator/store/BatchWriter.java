package io.ordersaga.coordinator.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Brings a batch into the database whatever is in it: what met a lock or lost its connection is tried again as a
/// whole, and a batch with a row that the database refuses is halved until that row is alone. Safe for any
/// number of threads.
final class BatchWriter {

    static final int TRIES_MAX = 3;
    /// After so long nothing is tried again or halved: locks that somebody else holds cost seconds for each try, and
    /// all other writes wait behind them. Shorter than a lease, and than a caller's patience.
    private static final long TRYING_NANOS = Duration.ofSeconds(4).toNanos();

    private final Transactions transactions;
    private final StoreMetrics metrics;
    private final IntConsumer pause;

    /// @param pause waits before the given try
    BatchWriter(Transactions transactions, StoreMetrics metrics, IntConsumer pause) {
        this.transactions = transactions;
        this.metrics = metrics;
        this.pause = pause;
    }

    Batch.Result write(Batch batch) {
        return write(batch, System.nanoTime() + TRYING_NANOS);
    }

    private Batch.Result write(Batch batch, long endNanos) {
        if (batch.isEmpty()) {
            return new Batch.Result(Map.of(), List.of(), 0);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                long startedNanos = System.nanoTime();
                Map<Long, Verdict> verdicts = transactions.write(batch);
                metrics.committed(batch, System.nanoTime() - startedNanos);
                return new Batch.Result(verdicts, List.of(), 0);
            } catch (SQLException failure) {
                SqlTrouble trouble = SqlTrouble.of(failure);
                metrics.failed(trouble);
                boolean timeIsLeft = System.nanoTime() - endNanos < 0;
                if (trouble.mayPass() && attempt < TRIES_MAX && timeIsLeft) {
                    pause.accept(attempt);
                    continue;
                }
                boolean oneRowMayBeWhy = trouble == SqlTrouble.ROW || trouble == SqlTrouble.LOCK;
                if (oneRowMayBeWhy && batch.rows() > 1) {
                    return timeIsLeft ? inHalves(batch, endNanos) : failed(batch, failure, SqlTrouble.DATABASE);
                }
                return failed(batch, failure, trouble);
            }
        }
    }

    private Batch.Result inHalves(Batch batch, long endNanos) {
        if (!batch.writes().isEmpty() && !batch.attempts().isEmpty()) {
            return joined(
                    write(new Batch(batch.writes(), List.of()), endNanos),
                    write(new Batch(List.of(), batch.attempts()), endNanos));
        }
        return joined(
                write(new Batch(firstHalf(batch.writes()), firstHalf(batch.attempts())), endNanos),
                write(new Batch(secondHalf(batch.writes()), secondHalf(batch.attempts())), endNanos));
    }

    private static <T> List<T> firstHalf(List<T> all) {
        return all.subList(0, all.size() / 2);
    }

    private static <T> List<T> secondHalf(List<T> all) {
        return all.subList(all.size() / 2, all.size());
    }

    private static Batch.Result joined(Batch.Result one, Batch.Result other) {
        Map<Long, Verdict> verdicts = new HashMap<>(one.verdicts());
        verdicts.putAll(other.verdicts());
        List<AttemptRow> unwritten = new ArrayList<>(one.unwritten());
        unwritten.addAll(other.unwritten());
        return new Batch.Result(verdicts, unwritten, one.refused() + other.refused());
    }

    /// Nothing of it is written, as far as anybody knows.
    static Batch.Result failed(Batch batch, SQLException failure, SqlTrouble trouble) {
        boolean refused = trouble == SqlTrouble.ROW;
        Verdict verdict = refused ? new Verdict.Refused(failure) : new Verdict.Unknown(failure);
        Map<Long, Verdict> verdicts = new HashMap<>();
        batch.writes().forEach(write -> verdicts.put(write.sagaId(), verdict));
        return refused
                ? new Batch.Result(verdicts, List.of(), AttemptRow.count(batch.attempts()))
                : new Batch.Result(verdicts, batch.attempts(), 0);
    }
}
