package io.ordersaga.simulation.store;

import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.StepProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/// The table of sagas and its statements, each a transaction at one instant of the database's clock. What may go
/// wrong on the way to and from it is somebody else's; see the test that compares it with the real one.
///
/// What protects a saga from its past owners is a method of its own each, so that a planted fault can leave one
/// out.
public class SimStore {

    private final LongSupplier clock;
    private final long leaseMicros;
    private final StoreObserver observer;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Row> byGid = new HashMap<>();

    /// @param clock the database's, in microseconds
    public SimStore(LongSupplier clock, Duration lease, StoreObserver observer) {
        this.clock = clock;
        this.leaseMicros = micros(lease);
        this.observer = observer;
    }

    /// All of them, oldest first.
    public List<Row> rows() {
        return rows;
    }

    public Optional<Row> find(Gid gid) {
        return Optional.ofNullable(byGid.get(gid.value()));
    }

    /// One node's statements.
    ///
    /// @param form the newest form of a row that this node knows
    public record Caller(String owner, Instant now, int form) {}

    public Insertion insert(Caller caller, Saga saga) {
        SagaDefinition definition = saga.definition();
        Row known = byGid.get(saga.gid().value());
        if (known != null) {
            return known(known, definition);
        }
        Row row = new Row(rows.size() + 1, definition, now());
        rows.add(row);
        byGid.put(saga.gid().value(), row);
        write(caller, row, saga);
        observer.inserted(row);
        return new Insertion.Inserted(new Lease(row.id, row.epoch));
    }

    public boolean save(Caller caller, Lease lease, Saga saga) {
        Row row = row(lease);
        if (!holds(row, lease)) {
            return false;
        }
        if (goesBack(row, saga)) {
            return true;
        }
        SagaStatus before = row.status;
        List<StepProgress> steps = row.steps();
        write(caller, row, saga);
        observer.changed(row, before, steps);
        return true;
    }

    public List<Claim> claimDue(Caller caller, int limit) {
        List<Row> due = new ArrayList<>();
        for (Row row : rows) {
            if (row.nextDue <= now() && mayRead(row, caller)) {
                due.add(row);
            }
        }
        due.sort(Comparator.comparingLong((Row row) -> row.nextDue).thenComparingLong(row -> row.id));
        List<Claim> claims = new ArrayList<>();
        for (Row row : due.subList(0, Math.min(limit, due.size()))) {
            if (row.form > caller.form()) {
                row.parkUnread("stored form " + row.form + " is newer than this coordinator");
                observer.unread(row);
            } else {
                claims.add(claim(caller, row));
            }
        }
        return claims;
    }

    private Claim claim(Caller caller, Row row) {
        boolean abandoned = !row.owner.isEmpty();
        row.epoch = epochOfClaim(row);
        row.owner = caller.owner();
        row.nextDue = endOfLease(caller);
        observer.claimed(row);
        Instant submitted = caller.now().minus(now() - row.created, ChronoUnit.MICROS);
        return new Claim(new Lease(row.id, row.epoch), row.saga(submitted), abandoned);
    }

    /// Prolongs leases.
    ///
    /// @return those that were lost
    public List<Lease> renew(Caller caller, List<Lease> leases) {
        List<Lease> lost = new ArrayList<>();
        for (Lease lease : leases) {
            Row row = row(lease);
            if (row.owner.isEmpty() || !holds(row, lease)) {
                lost.add(lease);
            } else {
                row.nextDue = endOfLease(caller);
            }
        }
        return lost;
    }

    public void handOver(List<Lease> leases) {
        for (Lease lease : leases) {
            Row row = row(lease);
            if (!row.owner.isEmpty() && holds(row, lease)) {
                row.nextDue = now();
                row.epoch = epochOfHandOver(row);
            }
        }
    }

    public boolean release(Gid gid) {
        Row row = byGid.get(gid.value());
        if (row == null || row.status.isTerminal() || (!row.owner.isEmpty() && row.parked.isEmpty())) {
            return false;
        }
        SagaStatus before = row.status;
        List<StepProgress> steps = row.steps();
        released(row);
        observer.changed(row, before, steps);
        return true;
    }

    /// An operator's decision; [io.ordersaga.coordinator.engine.DecisionStore#takeOver].
    ///
    /// @param now by the operator's clock
    /// @return whether it was under way, when anything was decided
    public Optional<Boolean> takeOver(Gid gid, Instant now, BiFunction<Saga, Boolean, Optional<Saga>> decision) {
        Row row = byGid.get(gid.value());
        if (row == null) {
            return Optional.empty();
        }
        boolean underWay = isUnderWay(row);
        Instant submitted = now.minus(now() - row.created, ChronoUnit.MICROS);
        Optional<Saga> decided = decision.apply(row.saga(submitted), underWay);
        if (decided.isEmpty()) {
            return Optional.empty();
        }
        SagaStatus before = row.status;
        List<StepProgress> steps = row.steps();
        row.epoch = epochOfTakeOver(row);
        row.redefine(decided.get().definition());
        write(new Caller("", now, row.form), row, decided.get());
        observer.changed(row, before, steps);
        return Optional.of(underWay);
    }

    public long countDue() {
        return rows.stream().filter(row -> row.nextDue <= now()).count();
    }

    /// What the table does, and planted faults do not.
    protected Insertion known(Row row, SagaDefinition submitted) {
        return new Insertion.Known(row.status, row.digest.equals(submitted.digest()));
    }

    /// What comes after the newer state it belongs before is taken for written, and changes nothing.
    protected boolean goesBack(Row row, Saga saga) {
        return row.status.isTerminal()
                || (row.status == SagaStatus.ABORTING && saga.status() == SagaStatus.SUBMITTED)
                || (row.status != SagaStatus.PREPARED && saga.status() == SagaStatus.PREPARED);
    }

    protected boolean holds(Row row, Lease lease) {
        return row.epoch == lease.epoch();
    }

    protected long epochOfClaim(Row row) {
        return row.epoch + 1;
    }

    protected long epochOfTakeOver(Row row) {
        return row.epoch + 1;
    }

    protected boolean isUnderWay(Row row) {
        return !row.owner.isEmpty();
    }

    protected long epochOfHandOver(Row row) {
        return row.epoch + 1;
    }

    protected boolean mayRead(Row row, Caller caller) {
        return row.form <= caller.form();
    }

    protected long endOfLease(Caller caller) {
        return now() + leaseMicros;
    }

    protected void released(Row row) {
        row.parked = Optional.empty();
        row.retrying = new Retrying(0, row.retrying.retries(), 0, Optional.empty());
        row.nextDue = now();
    }

    protected void write(Caller caller, Row row, Saga saga) {
        row.stand(saga);
        row.form = caller.form();
        if (saga.status().isTerminal() || saga.parked().isPresent()) {
            row.owner = "";
            row.nextDue = Row.NEVER;
        } else if (saga.retrying().due().isPresent()) {
            row.owner = "";
            Duration wait = Duration.between(caller.now(), saga.retrying().due().get());
            row.nextDue = now() + Math.max(0, micros(wait));
        } else {
            row.owner = caller.owner();
            row.nextDue = endOfLease(caller);
        }
    }

    protected final long now() {
        return clock.getAsLong();
    }

    protected final long leaseMicros() {
        return leaseMicros;
    }

    protected final Row row(Lease lease) {
        return rows.get((int) lease.sagaId() - 1);
    }

    protected static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
