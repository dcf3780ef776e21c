package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.Optional;

/// One side of one step: its status, and since when it is final.
public record BranchProgress(BranchStatus status, Optional<Instant> finished) {

    static final BranchProgress PREPARED = new BranchProgress(BranchStatus.PREPARED, Optional.empty());

    static BranchProgress succeeded(Instant at) {
        return new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(at));
    }

    static BranchProgress failed(Instant at) {
        return new BranchProgress(BranchStatus.FAILED, Optional.of(at));
    }

    boolean hasSucceeded() {
        return status == BranchStatus.SUCCEEDED;
    }
}
