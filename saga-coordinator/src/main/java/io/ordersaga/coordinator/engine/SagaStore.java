package io.ordersaga.coordinator.engine;

import java.util.List;

/// Where sagas are kept between events, shared by any number of coordinators. Each method is one short
/// transaction, durable when it returns, and throws [StoreUnavailableException] when it cannot tell whether it
/// was carried out.
public interface SagaStore {

    /// Stores a saga that nobody knows yet and owns it at once, or tells what the gid stands for.
    Insertion insert(Saga saga);

    /// Writes the state. Prolongs the lease of a saga that is being worked on; gives up the lease of one that
    /// waits or is over.
    ///
    /// @return false when the lease was lost; nothing is written then
    boolean save(Lease lease, Saga saga);

    /// Takes up to `limit` sagas that are due and that nobody works on, those due longest first.
    List<Claim> claimDue(int limit);

    /// Prolongs leases.
    ///
    /// @return those that were lost
    List<Lease> renew(List<Lease> leases);

    /// Hands sagas over in the middle of their work: whoever claims them next has them at once.
    void handOver(List<Lease> leases);

    /// How many sagas are due but not worked on.
    long countDue();

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
