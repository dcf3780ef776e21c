package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.Lease;
import org.jspecify.annotations.Nullable;

/// One saga that a node works on.
final class Run {

    final int saga;
    final Driving driver;
    final Submitter submitter;
    final boolean fresh;

    @Nullable
    Lease lease;
    /// Since when the lease is certain, by the node's own count of time.
    long heldSince;
    boolean over;

    Run(int saga, Driving driver, Submitter submitter, boolean fresh) {
        this.saga = saga;
        this.driver = driver;
        this.submitter = submitter;
        this.fresh = fresh;
    }
}
