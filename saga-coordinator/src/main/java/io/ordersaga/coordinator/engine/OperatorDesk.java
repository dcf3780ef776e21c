package io.ordersaga.coordinator.engine;

import java.util.Optional;

/// What operators do about one transaction. Each is durable when it is answered, and throws
/// [StoreUnavailableException] when nobody knows whether it was carried out; doing it again is safe. Safe for any
/// number of threads.
public interface OperatorDesk {

    Answer operate(Gid gid, Operation operation, Expected expected);

    /// Deletes a transaction that is over with everything that is kept of it.
    Answer delete(Gid gid, Expected expected);

    /// The state that an operation is meant for; empty is any.
    ///
    /// @param tag [StateTag]
    record Expected(Optional<String> tag, Optional<SagaStatus> status) {

        public static final Expected ANY = new Expected(Optional.empty(), Optional.empty());

        boolean fits(Saga saga) {
            return tag.map(StateTag.of(saga)::equals).orElse(true)
                    && status.map(saga.status()::equals).orElse(true);
        }

        /// What a state says to an operation that is meant as these are: [Changed], [Denied], or nothing.
        public Optional<Answer> refusal(Saga saga, Optional<Denial> denial) {
            if (!fits(saga)) {
                return Optional.of(new Changed(saga));
            }
            return denial.map(why -> new Denied(saga, why));
        }
    }

    sealed interface Answer {}

    /// It is done.
    ///
    /// @param sagaId the row
    /// @param saga as it is now; as it was, when it was deleted
    record Done(long sagaId, Saga saga) implements Answer {}

    record Denied(Saga saga, Denial why) implements Answer {}

    /// It is not as it was expected to be.
    record Changed(Saga saga) implements Answer {}

    record Missing() implements Answer {}
}
