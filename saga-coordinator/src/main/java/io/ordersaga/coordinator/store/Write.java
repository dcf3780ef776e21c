package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Lease;

/// One row to write.
sealed interface Write {

    SagaRow.Standing standing();

    SagaRow.Due due();

    long sagaId();

    /// Its content in bytes, about.
    int size();

    /// A saga that is not in the table yet.
    record Fresh(long sagaId, SagaRow.Content content, SagaRow.Standing standing, SagaRow.Due due) implements Write {

        @Override
        public int size() {
            return content.gid().size() + content.definition().size() + standing.size();
        }
    }

    /// Where a saga stands now.
    record State(Lease lease, SagaRow.Standing standing, SagaRow.Due due) implements Write {

        @Override
        public long sagaId() {
            return lease.sagaId();
        }

        @Override
        public int size() {
            return standing.size();
        }
    }
}
