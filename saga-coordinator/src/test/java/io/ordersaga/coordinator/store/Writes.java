package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Sagas;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Rows for tests that do not care what is in them.
final class Writes {

    /// Nothing is written that nobody asks for.
    static final StoreSettings EVERYTHING_LATE = new StoreSettings(
            5000,
            4,
            256,
            1 << 20,
            Duration.ZERO,
            16,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            20_000,
            Duration.ofSeconds(10));

    private Writes() {}

    static Write.Fresh fresh(long id) {
        SagaRow.Content content =
                new SagaRow.Content(Bytes.of("gid-" + id), "saga", Bytes.of("definition"), Bytes.of("d".repeat(32)));
        return new Write.Fresh(id, content, standing("SUBMITTED", 0), working());
    }

    /// @param attempts tells states of one saga apart
    static Write.State progress(long id, int attempts) {
        return new Write.State(new Lease(id, 1), Bytes.of("gid-" + id), standing("SUBMITTED", attempts), working());
    }

    static Write.State end(long id) {
        return new Write.State(
                new Lease(id, 1),
                Bytes.of("gid-" + id),
                standing("SUCCEEDED", 0),
                new SagaRow.Due(Optional.empty(), Optional.empty(), true));
    }

    static Write.State waits(long id) {
        return new Write.State(
                new Lease(id, 1),
                Bytes.of("gid-" + id),
                standing("SUBMITTED", 1),
                new SagaRow.Due(Optional.empty(), Optional.of(1_000_000L), false));
    }

    static Write.State sized(long id, int bytes) {
        SagaRow.Standing standing = new SagaRow.Standing(
                "SUBMITTED",
                Bytes.of(new byte[bytes]),
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SagaCodec.VERSION);
        return new Write.State(new Lease(id, 1), Bytes.of("gid-" + id), standing, working());
    }

    /// Of the saga with this id.
    static AttemptRow attempt(long id) {
        return new AttemptRow(
                id,
                List.of(new Attempt(
                        id,
                        0,
                        Op.ACTION,
                        0,
                        Sagas.NOON,
                        Duration.ofMillis(3),
                        "north",
                        "shop:1",
                        "succeeded",
                        "",
                        Optional.empty())));
    }

    private static SagaRow.Standing standing(String status, int attempts) {
        return new SagaRow.Standing(
                status,
                Bytes.of("progress"),
                attempts,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                SagaCodec.VERSION);
    }

    private static SagaRow.Due working() {
        return new SagaRow.Due(Optional.of("north"), Optional.of(30_000_000L), false);
    }
}
