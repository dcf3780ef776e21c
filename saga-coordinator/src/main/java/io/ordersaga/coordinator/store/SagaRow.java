package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;

/// A row of the table `saga`. Public because JDBI maps public records only.
public record SagaRow(
        long id,
        @Nested Content content,
        @Nested Standing standing,
        @Nested Holding holding,
        @Nested Times times) {

    /// What was submitted.
    public record Content(Bytes gid, String mode, Bytes definition, Bytes digest) {}

    /// How far it is.
    public record Standing(
            String status,
            Bytes progress,
            int attempts,
            int retries,
            Optional<String> rejectionReason,
            Optional<Bytes> rejectionStatus) {}

    /// Who works on it, or when somebody may.
    public record Holding(Optional<String> owner, long epoch, Optional<Instant> nextDue) {}

    /// When things happened.
    ///
    /// @param ageMicros since `created`, by the database's clock
    public record Times(Instant created, Instant updated, Optional<Instant> finished, long ageMicros) {}

    /// What a write makes of the lease.
    ///
    /// @param delayMicros from now until anybody may take the saga; empty when it is over
    public record Due(Optional<String> owner, Optional<Long> delayMicros, boolean finished) {}

    /// What a gid stands for.
    public record Known(String status, Bytes digest) {}

    /// What to list.
    ///
    /// @param status empty means any, as everywhere here
    public record Filter(
            Optional<String> status,
            Optional<String> mode,
            Optional<Instant> createdFrom,
            Optional<Instant> createdTo,
            Optional<Long> beforeId,
            int limit) {}
}
