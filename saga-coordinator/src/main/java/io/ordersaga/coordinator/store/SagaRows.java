package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Labels;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Ownership;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.UnreadableSagaException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// How a saga and its row meet. Thread-safe.
final class SagaRows {

    private final String owner;
    private final Duration lease;
    private final InstantSource clock;

    SagaRows(String owner, Duration lease, InstantSource clock) {
        this.owner = owner;
        this.lease = lease;
        this.clock = clock;
    }

    Write.Fresh fresh(long id, Saga saga) {
        SagaDefinition definition = saga.definition();
        SagaRow.Content content = new SagaRow.Content(
                gid(definition.gid()), definition.mode().wireName(), SagaCodec.encode(definition), definition.digest());
        return new Write.Fresh(id, content, standing(saga), due(saga), Labels.of(definition.branchHeaders()));
    }

    Write.State state(Lease held, Saga saga) {
        return new Write.State(held, gid(saga.gid()), standing(saga), due(saga));
    }

    static SagaRow.Standing standing(Saga saga) {
        return new SagaRow.Standing(
                saga.status().name(),
                SagaCodec.encode(saga.progress()),
                saga.retrying().attempts(),
                saga.retrying().retries(),
                saga.retrying().errors(),
                saga.rejection().map(Rejection::reason),
                saga.rejection().map(Rejection::status),
                saga.parked(),
                SagaCodec.formOf(saga.progress()));
    }

    SagaRow.Due due(Saga saga) {
        if (saga.status().isTerminal() || saga.parked().isPresent()) {
            return new SagaRow.Due(
                    Optional.empty(), Optional.empty(), saga.status().isTerminal());
        }
        return saga.retrying()
                .due()
                .map(instant -> new SagaRow.Due(
                        Optional.empty(), Optional.of(micros(Duration.between(clock.instant(), instant))), false))
                .orElseGet(() -> new SagaRow.Due(Optional.of(owner), Optional.of(micros(lease)), false));
    }

    /// @throws RuntimeException when the row holds something that this coordinator cannot read
    Saga saga(SagaRow row) {
        SagaRow.Standing standing = row.standing();
        Gid gid = new Gid(row.content().gid().toText());
        Mode mode = Mode.named(row.content().mode())
                .orElseThrow(() -> new IllegalStateException("saga " + gid + " has mode "
                        + row.content().mode() + ", which this coordinator does not know"));
        SagaDefinition definition =
                SagaCodec.decodeDefinition(gid, mode, row.content().definition());
        return new Saga(
                definition,
                SagaStatus.valueOf(standing.status()),
                SagaCodec.decodeProgress(standing.progress())
                        .padded(definition.steps().size()),
                new Retrying(standing.attempts(), standing.retries(), standing.errors(), Optional.empty()),
                clock.instant().minusNanos(row.times().ageMicros() * 1_000),
                standing.rejectionReason()
                        .map(reason ->
                                new Rejection(reason, standing.rejectionStatus().orElse(Bytes.EMPTY))),
                standing.parkedReason());
    }

    /// The same, for whoever asked for this very saga.
    ///
    /// @throws UnreadableSagaException when the row holds something that this coordinator cannot read
    Saga readable(SagaRow row) {
        try {
            return saga(row);
        } catch (RuntimeException unreadable) {
            throw new UnreadableSagaException(new Gid(row.content().gid().toText()), unreadable);
        }
    }

    /// @throws UnreadableSagaException when the row holds something that this coordinator cannot read
    StoredSaga stored(SagaRow row) {
        Optional<Ownership> ownership = row.holding()
                .nextDue()
                .map(nextDue -> new Ownership(row.holding().owner().orElse(""), nextDue));
        SagaRow.Times times = row.times();
        return new StoredSaga(row.id(), readable(row), times.created(), times.updated(), times.finished(), ownership);
    }

    static Bytes gid(Gid gid) {
        return Bytes.of(gid.value());
    }

    static long micros(Duration duration) {
        return Math.max(0, duration.toNanos() / 1_000);
    }
}
