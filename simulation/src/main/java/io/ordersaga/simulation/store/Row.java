package io.ordersaga.simulation.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.store.SagaCodec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// One row of the table: what was submitted and how far it is in their real encoding, and who may work on it.
/// Times are microseconds of the database's clock.
public final class Row {

    static final long NEVER = Long.MAX_VALUE;

    final long id;
    final Gid gid;
    final Mode mode;
    final long created;
    Bytes definition;
    Bytes digest;
    SagaStatus status = SagaStatus.SUBMITTED;
    Bytes progress = Bytes.EMPTY;
    Retrying retrying = new Retrying(0, 0, 0, Optional.empty());
    Optional<Rejection> rejection = Optional.empty();
    Optional<String> parked = Optional.empty();
    int form;
    String owner = "";
    long epoch = 1;
    long nextDue = NEVER;

    Row(long id, SagaDefinition definition, long created) {
        this.id = id;
        this.gid = definition.gid();
        this.mode = definition.mode();
        this.definition = SagaCodec.encode(definition);
        this.digest = definition.digest();
        this.created = created;
    }

    public long id() {
        return id;
    }

    public Gid gid() {
        return gid;
    }

    public Bytes digest() {
        return digest;
    }

    public SagaStatus status() {
        return status;
    }

    public Optional<String> parked() {
        return parked;
    }

    public Optional<Rejection> rejection() {
        return rejection;
    }

    public int form() {
        return form;
    }

    public long epoch() {
        return epoch;
    }

    /// The node that works on it; empty when none does.
    public String owner() {
        return owner;
    }

    public boolean hasDue() {
        return nextDue != NEVER;
    }

    /// Over, or set aside with a reason.
    public boolean isSettled() {
        return status.isTerminal() || parked.isPresent();
    }

    public List<StepProgress> steps() {
        return SagaCodec.decodeProgress(progress).steps();
    }

    public SagaDefinition definition() {
        return SagaCodec.decodeDefinition(gid, mode, definition);
    }

    /// As an operator sees it, whose clock is the database's.
    public Saga seen() {
        return saga(Instant.EPOCH.plus(created, ChronoUnit.MICROS));
    }

    /// @param submitted by the clock of whoever asks
    Saga saga(Instant submitted) {
        return new Saga(
                definition(),
                status,
                SagaCodec.decodeProgress(progress),
                new Retrying(retrying.attempts(), retrying.retries(), retrying.errors(), Optional.empty()),
                submitted,
                rejection,
                parked);
    }

    void stand(Saga saga) {
        status = saga.status();
        progress = SagaCodec.encode(saga.progress());
        retrying = saga.retrying();
        rejection = saga.rejection();
        parked = saga.parked();
    }

    void redefine(SagaDefinition changed) {
        definition = SagaCodec.encode(changed);
    }

    /// Nobody can read it. The owner stays: whoever goes on sees that it was left in the middle of its work.
    void parkUnread(String reason) {
        parked = Optional.of(reason);
        epoch++;
        nextDue = NEVER;
    }

    /// Nobody will come back to it: what a planted fault does.
    public void forgetDue() {
        nextDue = NEVER;
    }

    public void forgetWhyParked() {
        parked = Optional.empty();
    }

    public void forgetAttempts() {
        retrying = new Retrying(0, retrying.retries(), 0, Optional.empty());
    }

    public int attempts() {
        return retrying.attempts();
    }

    /// Back to where it was when it was submitted, but for its status: what a planted fault does.
    public void forgetProgress() {
        progress = SagaCodec.encode(Saga.fresh(definition(), Instant.EPOCH).progress());
    }

    /// Another saga in its place: what a planted fault does.
    public void replaceBy(SagaDefinition other) {
        definition = SagaCodec.encode(other);
        digest = other.digest();
        status = SagaStatus.SUBMITTED;
        forgetProgress();
    }
}
