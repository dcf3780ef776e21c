package io.ordersaga.coordinator.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sagas in MySQL or MariaDB.
public final class JdbiSagaStore implements SagaStore, SagaArchive, AutoCloseable {

    /// More due sagas than this are counted as this many: nobody needs to know exactly how bad it is.
    public static final int COUNTED_MAX = 100_000;

    private static final Logger log = LoggerFactory.getLogger(JdbiSagaStore.class);
    private static final int ID_TRIES_MAX = 5;
    private static final long LOCK_PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    /// How far a coordinator's clock, which ids are made of, may be from the database's, which `created` is made of,
    /// before a list bounded by `created` misses sagas.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);
    private static final int PARKED_REASON_MAX = 2048;
    private static final int LEASES_AT_ONCE = 500;
    /// Who hands over is about to stop, and has little time.
    private static final Duration HAND_OVER_PATIENCE = Duration.ofMillis(300);

    private final Jdbi jdbi;
    private final SagaTable table;
    private final SagaRows rows;
    private final JdbcTransactions transactions;
    private final GroupCommitWriter writer;
    private final String owner;
    private final Duration lease;
    private final Duration patience;
    private final SagaIds ids;

    /// The table as one coordinator sees it.
    ///
    /// @param owner this coordinator's name, another one after each start
    /// @param lease how long a saga stays with this coordinator without a word from it
    public JdbiSagaStore(
            Jdbi jdbi,
            DataSource database,
            String owner,
            Duration lease,
            StoreSettings settings,
            InstantSource clock,
            MeterRegistry registry) {
        this.jdbi = jdbi;
        this.table = SagaTypes.register(jdbi).onDemand(SagaTable.class);
        this.rows = new SagaRows(owner, lease, clock);
        this.owner = owner;
        this.lease = lease;
        this.patience = settings.patience();
        this.ids = new SagaIds(clock);
        this.transactions = new JdbcTransactions(database::getConnection, owner);
        StoreMetrics metrics = new StoreMetrics(registry);
        this.writer = new GroupCommitWriter(
                settings, lease, transactions, new BatchWriter(transactions, metrics, JdbiSagaStore::pause), metrics);
    }

    /// Apart from each other, those that met a lock meet it less likely again.
    private static void pause(int attempt) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LOCK_PAUSE_NANOS) * attempt);
    }

    @Override
    public Insertion insert(Saga saga) {
        for (int attempt = 0; attempt < ID_TRIES_MAX; attempt++) {
            Write.Fresh fresh = rows.fresh(ids.next(), saga);
            switch (writer.write(fresh)) {
                case Verdict.Stored _ -> {
                    return new Insertion.Inserted(new Lease(fresh.sagaId(), 1));
                }
                case Verdict.GidTaken(SagaRow.Known known) -> {
                    return known(fresh, known);
                }
                case Verdict.IdTaken _ -> {}
                case Verdict.Lost _ -> throw new IllegalStateException("a new row has no lease to lose");
                case Verdict.Refused(SQLException cause) -> throw unavailable("does not take this saga", cause);
                case Verdict.Unknown(SQLException cause) -> throw unavailable("did not answer", cause);
            }
        }
        throw new StoreUnavailableException("no free id after " + ID_TRIES_MAX + " tries", null);
    }

    private Insertion known(Write.Fresh fresh, SagaRow.Known row) {
        boolean sameContent = row.digest().equals(fresh.content().digest());
        SagaStatus status = SagaStatus.valueOf(row.status());
        if (!status.isTerminal()) {
            Bytes gid = fresh.content().gid();
            boolean _ = writer.settle(state -> state.gid().equals(gid), patience);
            status = answered(() -> table.known(gid))
                    .map(newer -> SagaStatus.valueOf(newer.status()))
                    .orElse(status);
        }
        return new Insertion.Known(status, sameContent);
    }

    @Override
    public boolean save(Lease held, Saga saga) {
        return switch (writer.write(rows.state(held, saga))) {
            case Verdict.Stored _ -> true;
            // A state that is refused parks the saga.
            case Verdict.Lost _, Verdict.Refused _ -> false;
            case Verdict.Unknown(SQLException cause) -> throw unavailable("did not answer", cause);
            case Verdict.GidTaken _, Verdict.IdTaken _ -> throw new IllegalStateException("a state is no new row");
        };
    }

    @Override
    public void saveLater(Lease held, Saga saga) {
        writer.writeLater(rows.state(held, saga));
    }

    @Override
    public void onLost(Consumer<Lease> listener) {
        writer.onLost(listener);
    }

    @Override
    public void record(Attempt attempt) {
        writer.record(new AttemptRow(ids.next(), List.of(attempt)));
    }

    @Override
    public void flush() {
        writer.flush(patience);
    }

    @Override
    public List<Claim> claimDue(int limit) {
        if (!answered(() -> table.isAnyDue(SagaCodec.VERSION))) {
            return List.of();
        }
        List<Claim> claims = answered(() -> jdbi.inTransaction(handle -> {
            SagaTable inTransaction = handle.attach(SagaTable.class);
            List<SagaRow> due = inTransaction.lockDue(SagaCodec.VERSION, limit);
            List<Claim> readable = new ArrayList<>();
            for (SagaRow row : due) {
                try {
                    readable.add(claim(row));
                } catch (RuntimeException unreadable) {
                    // Whatever it is about this row, the others must not wait for it.
                    log.error("saga row {} cannot be read, and is parked", row.id(), unreadable);
                    inTransaction.park(row.id(), reason(unreadable));
                }
            }
            if (!readable.isEmpty()) {
                List<Long> claimed =
                        readable.stream().map(claim -> claim.lease().sagaId()).toList();
                inTransaction.own(claimed, owner, SagaRows.micros(lease));
            }
            return readable;
        }));
        claims.forEach(claim -> writer.began(claim.lease().sagaId()));
        return claims;
    }

    private Claim claim(SagaRow row) {
        Lease held = new Lease(row.id(), row.holding().epoch() + 1);
        return new Claim(held, rows.saga(row), row.holding().owner().isPresent());
    }

    private static String reason(RuntimeException unreadable) {
        String reason = "cannot be read: " + unreadable;
        return reason.length() <= PARKED_REASON_MAX ? reason : reason.substring(0, PARKED_REASON_MAX) + " [cut]";
    }

    @Override
    public List<Lease> renew(List<Lease> leases) {
        Set<Lease> held = new HashSet<>();
        for (List<Lease> some : inPortions(leases)) {
            held.addAll(answered(() -> transactions.renew(some, SagaRows.micros(lease))));
        }
        return leases.stream().filter(each -> !held.contains(each)).toList();
    }

    @Override
    public void handOver(List<Lease> leases) {
        Set<Lease> handed = Set.copyOf(leases);
        boolean _ = writer.settle(state -> handed.contains(state.lease()), HAND_OVER_PATIENCE);
        int handedOver = 0;
        for (List<Lease> some : inPortions(leases)) {
            handedOver += answered(() -> transactions.handOver(some));
        }
        log.debug("{} of {} sagas handed over", handedOver, leases.size());
    }

    /// In the order of their ids, and so few at once that no statement is too long for a server.
    private static List<List<Lease>> inPortions(List<Lease> leases) {
        List<Lease> byId =
                leases.stream().sorted(Comparator.comparingLong(Lease::sagaId)).toList();
        List<List<Lease>> portions = new ArrayList<>();
        for (int from = 0; from < byId.size(); from += LEASES_AT_ONCE) {
            portions.add(byId.subList(from, Math.min(byId.size(), from + LEASES_AT_ONCE)));
        }
        return portions;
    }

    @Override
    public boolean release(Gid gid) {
        return answered(() -> table.release(SagaRows.gid(gid)));
    }

    @Override
    public long countDue() {
        return answered(() -> table.countDue(COUNTED_MAX));
    }

    @Override
    public Duration oldestDue() {
        return answered(() -> table.oldestDue().map(micros -> Duration.of(micros, ChronoUnit.MICROS)))
                .orElse(Duration.ZERO);
    }

    @Override
    public Optional<StoredSaga> find(Gid gid) {
        Bytes key = SagaRows.gid(gid);
        // What this node has decided is what it answers, so it is written before the row is read. Read first, the
        // row could be older than a write that was over by the time anybody asked for it.
        boolean _ = writer.settle(state -> state.gid().equals(key), patience);
        return answered(() -> table.find(key)).map(rows::stored);
    }

    @Override
    public List<StoredSaga> list(Filter filter) {
        SagaRow.Filter wanted = new SagaRow.Filter(
                filter.createdFrom()
                        .map(from -> SagaIds.firstOf(from.minus(CLOCK_DIFFERENCE)))
                        .orElse(0L),
                Math.min(
                        filter.beforeId().map(id -> id - 1).orElse(Long.MAX_VALUE),
                        filter.createdTo()
                                .map(to -> SagaIds.firstOf(to.plus(CLOCK_DIFFERENCE)))
                                .orElse(Long.MAX_VALUE)),
                filter.status().map(SagaStatus::name),
                filter.mode().map(Mode::wireName),
                filter.createdFrom(),
                filter.createdTo(),
                filter.limit());
        // As with one saga; and which sagas are on the page may depend on their ends.
        boolean _ = writer.settle(Write.State::isEnd, patience);
        return answered(() -> table.list(wanted.conditions(), wanted)).stream()
                .flatMap(row -> shown(row).stream())
                .toList();
    }

    private Optional<StoredSaga> shown(SagaRow row) {
        try {
            return Optional.of(rows.stored(row));
        } catch (RuntimeException unreadable) {
            log.error("saga row {} cannot be read, and is not shown", row.id(), unreadable);
            return Optional.empty();
        }
    }

    /// The smallest id of a saga that is submitted at that moment, by the clock of whoever takes it.
    public static long firstIdOf(Instant instant) {
        return SagaIds.firstOf(instant);
    }

    /// For decisions from outside.
    public DecisionStore decisions() {
        return new JdbiDecisionStore(jdbi, rows);
    }

    /// Makes sagas due at once that would wait longer than `after`, at most `limit`, those that are due first first.
    ///
    /// @return how many
    public int hurry(Duration after, int limit) {
        return answered(() -> table.hurry(SagaRows.micros(after), limit));
    }

    @Override
    public List<Attempt> attempts(Gid gid, int limit) {
        return answered(() -> table.attempts(SagaRows.gid(gid), limit)).stream()
                .flatMap(row -> row.attempts().reversed().stream())
                .limit(limit)
                .toList();
    }

    /// Writes what waits, for a second at most.
    @Override
    public void close() {
        writer.close();
    }

    interface Question<T> {
        T ask() throws SQLException;
    }

    /// Every question here is a whole transaction that may be asked twice, so one that met a lock, or lost its
    /// connection, is asked again from the start.
    static <T> T answered(Question<T> question) {
        for (int attempt = 1; ; attempt++) {
            SQLException failure;
            try {
                return question.ask();
            } catch (SQLException direct) {
                failure = direct;
            } catch (JdbiException wrapped) {
                failure = wrapped.getCause() instanceof SQLException cause ? cause : new SQLException(wrapped);
            }
            if (attempt == BatchWriter.TRIES_MAX || !SqlTrouble.of(failure).mayPass()) {
                throw unavailable("did not answer", failure);
            }
            pause(attempt);
        }
    }

    private static StoreUnavailableException unavailable(String what, SQLException cause) {
        return new StoreUnavailableException("the saga store " + what, cause);
    }
}
