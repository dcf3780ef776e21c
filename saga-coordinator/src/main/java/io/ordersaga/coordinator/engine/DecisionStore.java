package io.ordersaga.coordinator.engine;

import java.util.Optional;
import java.util.function.Predicate;

/// The store, for whoever decides about a transaction from outside, whether anybody works on it or not. Safe for
/// any number of threads; every change is durable when it is answered, and every method throws
/// [StoreUnavailableException] when it cannot tell whether it was carried out.
public interface DecisionStore {

    /// What becomes of a transaction, decided while nobody else can write it. May be asked twice, and must not
    /// block.
    interface Decision {

        /// Empty leaves it as it is.
        Optional<Transition> on(Stored stored);
    }

    /// A transaction as it is stored.
    ///
    /// @param digest of what was submitted or prepared
    /// @param underWay whether somebody works on it, or did when they went away: then what is stored may be older
    ///     than what was called
    record Stored(Saga saga, Bytes digest, boolean underWay) {}

    /// Deletes a transaction with everything that is kept of it.
    ///
    /// @param may asked while nobody else can write it
    Deletion delete(Gid gid, Predicate<Stored> may);

    /// What became of a deletion.
    ///
    /// @param stored what there was; empty when there was nothing
    record Deletion(Optional<Stored> stored, boolean deleted) {}

    /// Takes a transaction from whoever works on it, unless the decision is to leave it.
    Outcome takeOver(Gid gid, Decision decision);

    /// Adds what the decision adds to a transaction's definition, and leaves it with whoever works on it.
    Outcome extend(Gid gid, Decision decision);

    sealed interface Outcome {

        record Missing() implements Outcome {}

        record Untouched(Stored stored) implements Outcome {}

        /// Written.
        ///
        /// @param before the lease that is over now
        /// @param now the lease of whoever asked
        record Changed(Lease before, Lease now, Transition transition) implements Outcome {}
    }
}
