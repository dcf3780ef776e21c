package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;
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
    ///
    /// @param parkedReason why nobody works on it until somebody has looked at it
    /// @param form version of the form in which definition and progress are written
    public record Standing(
            String status,
            Bytes progress,
            int attempts,
            int retries,
            int errors,
            Optional<String> rejectionReason,
            Optional<Bytes> rejectionStatus,
            Optional<String> parkedReason,
            int form) {

        /// In bytes, about.
        int size() {
            return progress.size()
                    + rejectionReason.map(String::length).orElse(0)
                    + rejectionStatus.map(Bytes::size).orElse(0)
                    + parkedReason.map(String::length).orElse(0);
        }
    }

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
    public record Known(long id, String status, Bytes digest, Optional<String> owner, long epoch) {}

    /// What to list.
    ///
    /// @param fromId what is older is left out, as is what is newer than `toId`
    /// @param status empty means any, as with all that follow
    public record Filter(
            long fromId,
            long toId,
            Optional<String> status,
            Optional<String> mode,
            Optional<Instant> createdFrom,
            Optional<Instant> createdTo,
            int limit) {

        /// Those of the conditions that are asked for.
        String conditions() {
            StringJoiner conditions = new StringJoiner("\n  ");
            status.ifPresent(_ -> conditions.add("AND status = :filter.status"));
            mode.ifPresent(_ -> conditions.add("AND mode = :filter.mode"));
            createdFrom.ifPresent(_ -> conditions.add("AND created >= :filter.createdFrom"));
            createdTo.ifPresent(_ -> conditions.add("AND created <= :filter.createdTo"));
            return conditions.toString();
        }
    }
}
