package io.ordersaga.simulation.store;

import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StepProgress;
import java.util.List;

/// Sees every change of a row's standing.
public interface StoreObserver {

    void inserted(Row row);

    /// A row stands elsewhere than before, or was written as it was.
    ///
    /// @param before the row's standing until now
    /// @param steps its progress until now
    void changed(Row row, SagaStatus before, List<StepProgress> steps);

    void claimed(Row row);

    /// It was set aside because the caller does not know its form.
    void unread(Row row);

    StoreObserver NOBODY = new StoreObserver() {
        @Override
        public void inserted(Row row) {}

        @Override
        public void changed(Row row, SagaStatus before, List<StepProgress> steps) {}

        @Override
        public void claimed(Row row) {}

        @Override
        public void unread(Row row) {}
    };
}
