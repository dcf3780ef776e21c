package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.Gid;
import java.util.Optional;

/// Releases what is parked and wakes what waits: at random while things go wrong, and with sense afterwards.
final class Operator {

    private final World world;

    Operator(World world) {
        this.world = world;
    }

    void begin() {
        world.timeline().after(world.rng().between(500 * MILLISECOND, 3 * SECOND), this::act);
    }

    private void act() {
        if (world.faults().isHealed()) {
            return;
        }
        for (SagaPlan plan : world.plans()) {
            Gid gid = plan.definition().gid();
            Optional<Boolean> parked =
                    world.store().find(gid).map(row -> row.parked().isPresent());
            if (parked.isPresent()) {
                FaultKind kind = parked.get() ? FaultKind.RELEASE : FaultKind.WAKE;
                if (world.faults().strikes(kind, plan.number())) {
                    release(plan);
                }
            }
        }
        begin();
    }

    /// Whoever caused the trouble has gone: what need not stay parked is released.
    void tidyUp() {
        for (SagaPlan plan : world.plans()) {
            boolean parked = world.store()
                    .find(plan.definition().gid())
                    .map(row -> row.parked().isPresent())
                    .orElse(false);
            if (parked && !plan.mayStayParked()) {
                release(plan);
            }
        }
        world.timeline().after(SECOND, this::tidyUp);
    }

    private void release(SagaPlan plan) {
        boolean released = world.store().release(plan.definition().gid());
        world.trace().note("operator", "releases", plan.number(), released ? 1 : 0, "");
    }
}
