package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.dispatch.ClaimLoop;
import io.ordersaga.coordinator.dispatch.Timers;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.simulation.store.SimStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// One life's searches for due sagas: carries out what the production claim loop and timers decide.
final class Claiming {

    private static final int TIMERS_MAX = 8;

    private final World world;
    private final Node node;
    private final StoreLink link;
    private final int batch;
    private final int places;
    private final Timers timers = new Timers(TIMERS_MAX);
    private final ClaimLoop loop;
    private int taken;
    private long round;
    private boolean searching;
    private boolean ended;

    Claiming(World world, Node node, StoreLink link, int batch, int places) {
        this.world = world;
        this.node = node;
        this.link = link;
        this.batch = batch;
        this.places = places;
        this.loop = new ClaimLoop(batch, places, world.swarm().poll(), timers, node.now());
    }

    /// No further search begins. The answer of one that has begun is still taken.
    void end() {
        ended = true;
    }

    void plan() {
        if (searching) {
            return;
        }
        long mine = ++round;
        long delay = Duration.between(node.now(), loop.nextRound()).toNanos() / 1_000;
        node.later(delay, () -> {
            if (mine == round && !searching && !ended) {
                search();
            }
        });
    }

    /// A saga that was let go is due then.
    void wakeAt(Instant instant) {
        timers.add(instant);
        plan();
    }

    /// A saga that was claimed has left its place.
    void placeFreed() {
        taken--;
        if (loop.placesFreed(places - taken, node.now())) {
            plan();
        }
    }

    private void search() {
        int wanted = loop.begin(Math.clamp(places - taken, 0, batch), node.now());
        if (wanted == 0) {
            loop.end(0, 0, node.now());
            plan();
            return;
        }
        searching = true;
        long before = world.timeline().now();
        SimStore.Caller caller = node.caller();
        link.ask(-1, () -> world.store().claimDue(caller, wanted), claims -> found(wanted, claims, before), _ -> {
            searching = false;
            loop.failed(node.now());
            plan();
        });
    }

    private void found(int wanted, List<Claim> claims, long before) {
        searching = false;
        for (Claim claim : claims) {
            if (!node.isLivedBy(this)) {
                return;
            }
            taken++;
            node.take(claim, before);
        }
        if (node.isLivedBy(this)) {
            loop.end(wanted, claims.size(), node.now());
            plan();
        }
    }
}
