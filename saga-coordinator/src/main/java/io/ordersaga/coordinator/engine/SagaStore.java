package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Where sagas are kept between events, shared by any number of coordinators. Safe for any number of threads.
///
/// What [#insert], [#save], [#claimDue], [#renew], [#handOver] and [#release] did is durable when they return.
/// Each throws [StoreUnavailableException] when it cannot tell whether it was carried out, and
/// [StoreOverloadedException] when it is certain that nothing was, because too much waits to be written. What
/// [#saveLater] and [#record] were given becomes durable soon, or never: losing it repeats an idempotent call
/// and changes no outcome.
public interface SagaStore {

    /// Stores a saga that nobody knows yet and owns it at once, or tells what the gid stands for.
    Insertion insert(Saga saga);

    /// Writes the state. Prolongs the lease of a saga that is being worked on; gives up the lease of one that
    /// waits or is over.
    ///
    /// @return false when the lease was lost; nothing is written then
    boolean save(Lease lease, Saga saga);

    /// Writes the state as [#save] does, but some time after it has returned, and only the newest state of a
    /// lease: a later call, or a later [#save], takes its place. A state that ends the saga or lets it wait goes
    /// out with the next batch. Only the thread that works on the saga may call it, in order.
    void saveLater(Lease lease, Saga saga);

    /// Whom to tell of leases for which a [#saveLater] came too late: somebody else has the saga, or the state
    /// could not be written in the lease's time. Replaces the listener that was there; it is called on the
    /// store's own threads and must not block.
    void onLost(Consumer<Lease> listener);

    /// Keeps one call of a branch for whoever looks at the saga later. Never waits and never fails: what does
    /// not fit is dropped and counted.
    void record(Attempt attempt);

    /// Waits until everything that was handed to [#saveLater] and [#record] before is written, lost or dropped.
    void flush();

    /// Takes up to `limit` sagas that are due and that nobody works on, those due longest first. One that
    /// cannot be read is parked with the reason and is not among them.
    List<Claim> claimDue(int limit);

    /// Prolongs leases.
    ///
    /// @return those that were lost
    List<Lease> renew(List<Lease> leases);

    /// Hands sagas over in the middle of their work, in the state last given to [#saveLater]: whoever claims
    /// them next has them at once.
    void handOver(List<Lease> leases);

    /// Makes a saga that is parked or waits due at once, with its back-off begun anew.
    ///
    /// @return false when there is none of this gid, when it is over, or when somebody works on it
    boolean release(Gid gid);

    /// How many sagas are due but not worked on.
    long countDue();

    /// For how long the saga has been due that waits longest for somebody to work on it; zero when none waits, and
    /// for stores that are not asked by anybody.
    default Duration oldestDue() {
        return Duration.ZERO;
    }

    sealed interface Insertion {

        record Inserted(Lease lease) implements Insertion {}

        /// The gid is taken.
        ///
        /// @param sameContent whether the stored saga was submitted with the same digest
        record Known(SagaStatus status, boolean sameContent) implements Insertion {}
    }

    /// A saga that is ours now.
    ///
    /// @param abandoned whether the last owner let its lease run out, so that the state may be older than what
    ///     was called
    record Claim(Lease lease, Saga saga, boolean abandoned) {}
}
