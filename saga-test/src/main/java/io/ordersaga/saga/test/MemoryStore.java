package io.ordersaga.saga.test;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The coordinator's table for one coordinator that never dies: leases do not end. Thread-safe.
final class MemoryStore implements SagaStore, DecisionStore, SagaArchive {
    /// Transactions of one test class; more of them are a test that never ends.
    private static final int ROWS_MAX = 100_000;

    private static final class Row {
        final long id;
        final Bytes digest;
        final Instant created;
        Saga saga;
        Instant updated;
        long epoch = 1;
        /// Empty while somebody works on it, and when nothing more will happen.
        Optional<Instant> due = Optional.empty();

        boolean owned;
        final List<Attempt> attempts = new ArrayList<>();

        Row(long id, Saga saga, Instant now) {
            this.id = id;
            this.saga = saga;
            this.digest = saga.definition().digest();
            this.created = now;
            this.updated = now;
        }

        Lease lease() {
            return new Lease(id, epoch);
        }

        Stored decided() {
            return new Stored(saga, digest, owned);
        }
    }

    private final InstantSource clock;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<Long, Row> rowsById = new HashMap<>();

    MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Insertion insert(Saga saga) {
        Row known = rows.get(saga.gid().value());
        if (known != null) {
            return new Insertion.Known(
                    known.saga.status(), known.digest.equals(saga.definition().digest()));
        }
        if (rows.size() >= ROWS_MAX) {
            throw new IllegalStateException("The coordinator for tests keeps at most " + ROWS_MAX + " transactions");
        }
        Row row = new Row(rows.size() + 1L, saga, clock.instant());
        rows.put(saga.gid().value(), row);
        rowsById.put(row.id, row);
        stand(row, saga);
        return new Insertion.Inserted(row.lease());
    }

    @Override
    public synchronized boolean save(Lease lease, Saga saga) {
        Row row = held(lease);
        if (row == null) {
            return false;
        }
        stand(row, saga);
        return true;
    }

    @Override
    public void saveLater(Lease lease, Saga saga) {
        boolean _ = save(lease, saga);
    }

    /// Nobody else ever gets a lease; a decision from outside tells the run itself.
    @Override
    public void onLost(Consumer<Lease> listener) {}

    @Override
    public synchronized void record(Attempt attempt) {
        Row row = rowsById.get(attempt.sagaId());
        if (row != null) {
            row.attempts.add(attempt);
        }
    }

    @Override
    public void flush() {}

    @Override
    public synchronized List<Claim> claimDue(int limit) {
        Instant now = clock.instant();
        List<Row> due = rows.values().stream()
                .filter(row -> row.due.filter(instant -> !instant.isAfter(now)).isPresent())
                .sorted(Comparator.comparing((Row row) -> row.due.orElseThrow()))
                .limit(limit)
                .toList();
        return due.stream().map(this::claim).toList();
    }

    private Claim claim(Row row) {
        row.epoch++;
        row.owned = true;
        row.due = Optional.empty();
        Saga waited = row.saga;
        Retrying retrying = waited.retrying();
        Saga awake = new Saga(
                waited.definition(),
                waited.status(),
                waited.progress(),
                new Retrying(retrying.attempts(), retrying.retries(), retrying.errors(), Optional.empty()),
                waited.submitted(),
                waited.rejection(),
                waited.parked());
        return new Claim(row.lease(), awake, false);
    }

    @Override
    public synchronized List<Lease> renew(List<Lease> leases) {
        return leases.stream().filter(lease -> held(lease) == null).toList();
    }

    @Override
    public synchronized void handOver(List<Lease> leases) {
        for (Lease lease : leases) {
            Row row = held(lease);
            if (row != null && row.owned) {
                row.owned = false;
                row.epoch++;
                row.due = Optional.of(clock.instant());
            }
        }
        notifyAll();
    }

    @Override
    public synchronized boolean release(Gid gid) {
        Row row = rows.get(gid.value());
        if (row == null || row.owned || row.saga.status().isTerminal()) {
            return false;
        }
        Saga saga = row.saga;
        row.saga = new Saga(
                saga.definition(),
                saga.status(),
                saga.progress(),
                new Retrying(0, saga.retrying().retries(), 0, Optional.empty()),
                saga.submitted(),
                saga.rejection(),
                Optional.empty());
        row.due = Optional.of(clock.instant());
        return true;
    }

    @Override
    public synchronized long countDue() {
        Instant now = clock.instant();
        return rows.values().stream().filter(row -> isDue(row, now)).count();
    }

    @Override
    public synchronized Outcome takeOver(Gid gid, Decision decision) {
        Row row = rows.get(gid.value());
        if (row == null) {
            return new Outcome.Missing();
        }
        Stored stored = row.decided();
        Optional<Transition> decided = decision.on(stored);
        if (decided.isEmpty()) {
            return new Outcome.Untouched(stored);
        }
        Lease before = row.lease();
        row.epoch++;
        stand(row, decided.get().saga());
        return new Outcome.Changed(before, row.lease(), decided.get());
    }

    @Override
    public synchronized Deletion delete(Gid gid, Predicate<Stored> may) {
        Row row = rows.get(gid.value());
        if (row == null) {
            return new Deletion(Optional.empty(), false);
        }
        Stored stored = row.decided();
        boolean deleted = may.test(stored);
        if (deleted) {
            rows.remove(gid.value());
        }
        return new Deletion(Optional.of(stored), deleted);
    }

    /// Only workflows need it.
    @Override
    public Outcome extend(Gid gid, Decision decision) {
        throw new InvalidSagaException("trans_type", "must be saga, msg, tcc or xa with the coordinator for tests");
    }

    @Override
    public synchronized Optional<StoredSaga> find(Gid gid) {
        return Optional.ofNullable(rows.get(gid.value())).map(MemoryStore::stored);
    }

    @Override
    public synchronized List<StoredSaga> list(Filter filter) {
        List<StoredSaga> newestFirst = rows.values().stream()
                .filter(row -> filter.status()
                        .filter(status -> status != row.saga.status())
                        .isEmpty())
                .map(MemoryStore::stored)
                .toList()
                .reversed();
        return newestFirst.stream().limit(filter.limit()).toList();
    }

    private static StoredSaga stored(Row row) {
        boolean isOver = row.saga.status().isTerminal();
        return new StoredSaga(
                row.id,
                row.saga,
                row.created,
                row.updated,
                isOver ? Optional.of(row.updated) : Optional.empty(),
                isOver
                        ? Optional.empty()
                        : Optional.of(new Ownership(row.owned ? "test" : "", row.due.orElse(row.updated))));
    }

    @Override
    public synchronized List<Attempt> attempts(Gid gid, int limit) {
        Row row = rows.get(gid.value());
        return row == null
                ? List.of()
                : row.attempts.reversed().stream().limit(limit).toList();
    }

    /// Waits until nobody works on anything and nothing is due.
    ///
    /// @return the next time at which something will be, if there is one
    /// @throws IllegalStateException when that takes longer than `patience` of real time
    synchronized Optional<Instant> awaitRest(Duration patience) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            Instant now = clock.instant();
            List<Row> busy = rows.values().stream()
                    .filter(row -> row.owned || isDue(row, now))
                    .toList();
            if (busy.isEmpty()) {
                return rows.values().stream().flatMap(row -> row.due.stream()).min(Comparator.naturalOrder());
            }
            long leftNanos = deadlineNanos - System.nanoTime();
            if (leftNanos <= 0) {
                throw new IllegalStateException("Still at work after " + patience + ": "
                        + busy.stream().map(row -> row.saga.gid().value()).toList());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while transactions were at work", e);
            }
        }
    }

    /// What is not over and waits for nothing: parked.
    synchronized List<String> parked() {
        return rows.values().stream()
                .filter(row -> row.saga.parked().isPresent())
                .map(row -> row.saga.gid() + ": " + row.saga.parked().orElseThrow())
                .toList();
    }

    private static boolean isDue(Row row, Instant now) {
        return row.due.filter(instant -> !instant.isAfter(now)).isPresent();
    }

    private @Nullable Row held(Lease lease) {
        Row row = rowsById.get(lease.sagaId());
        return row != null && row.epoch == lease.epoch() ? row : null;
    }

    private void stand(Row row, Saga saga) {
        row.saga = saga;
        row.updated = clock.instant();
        boolean rests = saga.status().isTerminal() || saga.parked().isPresent();
        row.due = rests ? Optional.empty() : saga.retrying().due();
        row.owned = !rests && row.due.isEmpty();
        notifyAll();
    }
}
