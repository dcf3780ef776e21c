package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.simulation.store.SimStore;
import java.util.List;

/// Prolongs one life's leases in time, as the dispatcher does.
final class Renewals {

    private static final int ROUNDS_PER_LEASE = 6;
    private static final int OLD_PART = 3;

    private final World world;
    private final Node node;
    private final StoreLink link;

    Renewals(World world, Node node, StoreLink link) {
        this.world = world;
        this.node = node;
        this.link = link;
    }

    void plan() {
        node.later(world.leaseMicros() / ROUNDS_PER_LEASE, this::round);
    }

    private void round() {
        plan();
        List<Lease> old = node.leasesOlderThan(world.leaseMicros() / OLD_PART);
        if (old.isEmpty()) {
            return;
        }
        long before = world.timeline().now();
        SimStore.Caller caller = node.caller();
        link.ask(
                world.numberOf(old.getFirst()),
                () -> world.store().renew(caller, old),
                lost -> renewed(old, lost, before),
                _ -> {});
    }

    private void renewed(List<Lease> old, List<Lease> lost, long before) {
        for (Lease lease : old) {
            if (lost.contains(lease)) {
                node.lost(lease);
            } else {
                node.held(lease, before);
            }
        }
    }
}
