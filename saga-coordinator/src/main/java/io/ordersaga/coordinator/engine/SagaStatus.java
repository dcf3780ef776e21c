package io.ordersaga.coordinator.engine;

/// Where a saga stands. The legal changes are in [Transitions].
public enum SagaStatus {
    /// Announced, and not decided: a message waits for the local transaction of its sender, a tcc, xa or workflow
    /// for its branches.
    PREPARED("prepared"),
    /// Accepted; its actions are running.
    SUBMITTED("submitted"),
    /// The decision to roll back is durable; its compensations are running.
    ABORTING("aborting"),
    /// Every action succeeded.
    SUCCEEDED("succeed"),
    /// Every step that may have run is compensated.
    FAILED("failed");

    private final String wireName;

    SagaStatus(String wireName) {
        this.wireName = wireName;
    }

    /// DTM's word for it.
    public String wireName() {
        return wireName;
    }

    public boolean isTerminal() {
        return this == SUCCEEDED || this == FAILED;
    }
}
