package io.ordersaga.coordinator.engine;

/// What is known of one side of one step. `PREPARED` says nothing: not called, or called without a definite
/// answer.
public enum BranchStatus {
    PREPARED("prepared"),
    SUCCEEDED("succeed"),
    FAILED("failed");

    private final String wireName;

    BranchStatus(String wireName) {
        this.wireName = wireName;
    }

    /// DTM's word for it.
    public String wireName() {
        return wireName;
    }
}
