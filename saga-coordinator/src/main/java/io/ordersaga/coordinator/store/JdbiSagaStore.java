package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// Sagas in MySQL or MariaDB.
public final class JdbiSagaStore implements SagaStore, SagaArchive {

    private static final int ID_TRIES_MAX = 5;
    private static final int LOCK_TRIES_MAX = 3;
    /// Lock wait timeout, deadlock, and a lock that was not there at once: nothing happened, so it may be tried
    /// again.
    private static final Set<Integer> LOCK_ERRORS = Set.of(1205, 1213, 3572);

    private final Jdbi jdbi;
    private final SagaTable table;
    private final String owner;
    private final Duration lease;
    private final InstantSource clock;
    private final SagaIds ids;
    private volatile Consumer<Lease> lostListener = _ -> {};

    /// The table as one coordinator sees it.
    ///
    /// @param owner this coordinator's name, another one after each start
    /// @param lease how long a saga stays with this coordinator without a word from it
    public JdbiSagaStore(Jdbi jdbi, String owner, Duration lease, InstantSource clock) {
        this.jdbi = jdbi;
        this.table = SagaTypes.register(jdbi).onDemand(SagaTable.class);
        this.owner = owner;
        this.lease = lease;
        this.clock = clock;
        this.ids = new SagaIds(clock);
    }

    @Override
    public Insertion insert(Saga saga) {
        SagaDefinition definition = saga.definition();
        SagaRow.Content content = new SagaRow.Content(
                gidBytes(definition.gid()),
                definition.mode().wireName(),
                SagaCodec.encode(definition),
                definition.digest());
        for (int attempt = 0; attempt < ID_TRIES_MAX; attempt++) {
            long id = ids.next();
            if (execute(() -> insert(id, content, saga))) {
                return new Insertion.Inserted(new Lease(id, 1));
            }
            Optional<SagaRow.Known> known = execute(() -> table.known(content.gid()));
            if (known.isPresent()) {
                boolean sameContent = known.get().digest().equals(content.digest());
                return new Insertion.Known(SagaStatus.valueOf(known.get().status()), sameContent);
            }
        }
        throw new StoreUnavailableException("no free id after " + ID_TRIES_MAX + " tries", null);
    }

    private boolean insert(long id, SagaRow.Content content, Saga saga) {
        try {
            table.insert(id, content, standing(saga), due(saga));
            return true;
        } catch (JdbiException failure) {
            if (failure.getCause() instanceof SQLIntegrityConstraintViolationException) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public boolean save(Lease held, Saga saga) {
        return execute(() -> table.save(held, standing(saga), due(saga)));
    }

    @Override
    public void saveLater(Lease held, Saga saga) {
        if (!save(held, saga)) {
            lostListener.accept(held);
        }
    }

    @Override
    public void onLost(Consumer<Lease> listener) {
        lostListener = listener;
    }

    @Override
    public void record(Attempt attempt) {}

    @Override
    public void flush() {}

    @Override
    public boolean release(Gid gid) {
        return execute(() -> table.release(gidBytes(gid)));
    }

    @Override
    public List<Attempt> attempts(Gid gid, int limit) {
        return List.of();
    }

    @Override
    public List<Claim> claimDue(int limit) {
        return execute(() -> jdbi.inTransaction(handle -> {
            SagaTable inTransaction = handle.attach(SagaTable.class);
            List<SagaRow> due = inTransaction.lockDue(limit);
            if (!due.isEmpty()) {
                List<Long> dueIds = due.stream().map(SagaRow::id).toList();
                inTransaction.own(dueIds, owner, micros(lease));
            }
            return due.stream().map(this::claim).toList();
        }));
    }

    private Claim claim(SagaRow row) {
        Lease held = new Lease(row.id(), row.holding().epoch() + 1);
        return new Claim(held, saga(row), row.holding().owner().isPresent());
    }

    @Override
    public List<Lease> renew(List<Lease> leases) {
        if (leases.isEmpty()) {
            return List.of();
        }
        int[] renewed = execute(() -> table.renew(leases, micros(lease)));
        List<Lease> lost = new ArrayList<>();
        for (int index = 0; index < renewed.length; index++) {
            if (renewed[index] == 0) {
                lost.add(leases.get(index));
            }
        }
        return lost;
    }

    @Override
    public void handOver(List<Lease> leases) {
        if (!leases.isEmpty()) {
            execute(() -> table.handOver(leases));
        }
    }

    @Override
    public long countDue() {
        return execute(table::countDue);
    }

    @Override
    public Optional<StoredSaga> find(Gid gid) {
        return execute(() -> table.find(gidBytes(gid))).map(this::stored);
    }

    @Override
    public List<StoredSaga> list(Filter filter) {
        SagaRow.Filter rows = new SagaRow.Filter(
                filter.status().map(SagaStatus::name),
                filter.mode().map(Mode::wireName),
                filter.createdFrom(),
                filter.createdTo(),
                filter.beforeId(),
                filter.limit());
        return execute(() -> table.list(rows)).stream().map(this::stored).toList();
    }

    private StoredSaga stored(SagaRow row) {
        Optional<Ownership> ownership = row.holding()
                .nextDue()
                .map(nextDue -> new Ownership(row.holding().owner().orElse(""), nextDue));
        SagaRow.Times times = row.times();
        return new StoredSaga(row.id(), saga(row), times.created(), times.updated(), times.finished(), ownership);
    }

    private Saga saga(SagaRow row) {
        SagaRow.Standing standing = row.standing();
        Gid gid = new Gid(row.content().gid().toText());
        Mode mode = Mode.named(row.content().mode())
                .orElseThrow(() -> new IllegalStateException("saga " + gid + " has mode "
                        + row.content().mode() + ", which this coordinator does not know"));
        return new Saga(
                SagaCodec.decodeDefinition(gid, mode, row.content().definition()),
                SagaStatus.valueOf(standing.status()),
                SagaCodec.decodeProgress(standing.progress()),
                new Retrying(standing.attempts(), standing.retries(), 0, Optional.empty()),
                clock.instant().minusNanos(row.times().ageMicros() * 1_000),
                standing.rejectionReason()
                        .map(reason ->
                                new Rejection(reason, standing.rejectionStatus().orElse(Bytes.EMPTY))),
                Optional.empty());
    }

    private SagaRow.Standing standing(Saga saga) {
        return new SagaRow.Standing(
                saga.status().name(),
                SagaCodec.encode(saga.progress()),
                saga.retrying().attempts(),
                saga.retrying().retries(),
                saga.rejection().map(Rejection::reason),
                saga.rejection().map(Rejection::status));
    }

    private SagaRow.Due due(Saga saga) {
        if (saga.status().isTerminal()) {
            return new SagaRow.Due(Optional.empty(), Optional.empty(), true);
        }
        return saga.retrying()
                .due()
                .map(instant -> new SagaRow.Due(
                        Optional.empty(), Optional.of(micros(Duration.between(clock.instant(), instant))), false))
                .orElseGet(() -> new SagaRow.Due(Optional.of(owner), Optional.of(micros(lease)), false));
    }

    private static Bytes gidBytes(Gid gid) {
        return Bytes.of(gid.value());
    }

    private static long micros(Duration duration) {
        return Math.max(0, duration.toNanos() / 1_000);
    }

    /// Every statement here is a whole transaction, so one that met a lock is tried again from the start.
    private static <T> T execute(Supplier<T> statement) {
        for (int attempt = 1; ; attempt++) {
            try {
                return statement.get();
            } catch (JdbiException failure) {
                if (attempt == LOCK_TRIES_MAX || !metALock(failure)) {
                    throw new StoreUnavailableException("the saga store did not answer", failure);
                }
            }
        }
    }

    private static boolean metALock(JdbiException failure) {
        return failure.getCause() instanceof SQLException cause && LOCK_ERRORS.contains(cause.getErrorCode());
    }
}
