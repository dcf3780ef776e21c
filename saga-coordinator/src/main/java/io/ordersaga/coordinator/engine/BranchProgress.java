package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.Optional;

/// One side of one step: its status, and since when it is final.
///
/// @param forced whether somebody took it as succeeded; what the participant knows of it is another matter
public record BranchProgress(BranchStatus status, Optional<Instant> finished, boolean forced) {

    static final BranchProgress PREPARED = new BranchProgress(BranchStatus.PREPARED, Optional.empty());

    public BranchProgress {
        if (forced && status != BranchStatus.SUCCEEDED) {
            throw new IllegalArgumentException("only a success can be forced, not " + status);
        }
    }

    public BranchProgress(BranchStatus status, Optional<Instant> finished) {
        this(status, finished, false);
    }

    static BranchProgress succeeded(Instant at) {
        return new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(at));
    }

    static BranchProgress failed(Instant at) {
        return new BranchProgress(BranchStatus.FAILED, Optional.of(at));
    }

    static BranchProgress forced(Instant at) {
        return new BranchProgress(BranchStatus.SUCCEEDED, Optional.of(at), true);
    }

    boolean hasSucceeded() {
        return status == BranchStatus.SUCCEEDED;
    }
}
