package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Labels;
import io.ordersaga.coordinator.engine.Lease;

/// One row to write.
sealed interface Write {

    SagaRow.Standing standing();

    SagaRow.Due due();

    long sagaId();

    /// Its content in bytes, about.
    int size();

    /// A saga that is not in the table yet.
    record Fresh(long sagaId, SagaRow.Content content, SagaRow.Standing standing, SagaRow.Due due, Labels labels)
            implements Write {

        /// One that nobody looks up by anything but its gid.
        Fresh(long sagaId, SagaRow.Content content, SagaRow.Standing standing, SagaRow.Due due) {
            this(sagaId, content, standing, due, Labels.NONE);
        }

        @Override
        public int size() {
            return content.gid().size() + content.definition().size() + standing.size();
        }
    }

    /// Where a saga stands now.
    ///
    /// @param gid by which people ask for it
    record State(Lease lease, Bytes gid, SagaRow.Standing standing, SagaRow.Due due) implements Write {

        /// Whether nobody works on the saga any more: it is over, or waits.
        boolean isEnd() {
            return due.owner().isEmpty();
        }

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
