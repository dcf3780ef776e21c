package io.ordersaga.coordinator.admin.query;

/// Whether a target is called.
public enum TargetState {
    CALLED,
    /// It did not answer of late.
    LEFT_ALONE,
    /// Somebody paused it.
    PAUSED;

    /// Where it is known. Thread-safe, and answers at once.
    public interface Source {

        /// Whether that target is called.
        ///
        /// @param url an address of that target
        TargetState of(String url);
    }
}
