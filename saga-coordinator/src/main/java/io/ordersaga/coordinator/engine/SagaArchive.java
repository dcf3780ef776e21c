package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Sagas to look at, running and finished.
public interface SagaArchive {

    Optional<StoredSaga> find(Gid gid);

    /// The newest first.
    List<StoredSaga> list(Filter filter);

    /// The calls of a saga's branches, the newest first, as far as they were kept.
    List<Attempt> attempts(Gid gid, int limit);

    /// A saga with what only its store knows of it.
    ///
    /// @param ownership empty when it is over
    record StoredSaga(
            long id,
            Saga saga,
            Instant created,
            Instant updated,
            Optional<Instant> finished,
            Optional<Ownership> ownership) {}

    /// Who may work on a saga, and until or from when.
    ///
    /// @param owner the coordinator that works on it; empty while it waits
    /// @param nextDue the end of the owner's lease, or of the wait
    record Ownership(String owner, Instant nextDue) {}

    /// Empty means: any.
    ///
    /// @param beforeId only sagas stored before this one
    record Filter(
            Optional<SagaStatus> status,
            Optional<Mode> mode,
            Optional<Instant> createdFrom,
            Optional<Instant> createdTo,
            Optional<Long> beforeId,
            int limit) {}
}
