package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What a node takes for the time: its machine's clock as it was at the node's start, carried on by a count that
/// runs a little too fast or too slow.
final class NodeClock {

    private static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");
    private static final double DRIFT_MAX = 0.005;

    private final World world;
    /// How fast the count runs; 1 is right.
    private final double speed;
    /// How wrong the machine's clock is now, and how wrong it was at the node's start.
    private long wallSkew;
    private long steadySkew;

    NodeClock(World world) {
        this.world = world;
        this.wallSkew = world.rng().between(-2 * SECOND, 2 * SECOND);
        this.steadySkew = wallSkew;
        this.speed = world.rng().fraction(1 - DRIFT_MAX, 1 + DRIFT_MAX);
    }

    Instant now() {
        long skew = world.parts().clockJumps() ? wallSkew : steadySkew;
        return BASE.plus(world.timeline().now() + skew, ChronoUnit.MICROS);
    }

    /// Microseconds since an instant of the timeline, as the node counts them.
    long since(long instant) {
        return (long) ((world.timeline().now() - instant) * speed);
    }

    /// Somebody sets the machine's clock.
    void jump() {
        wallSkew = world.rng().between(-3_600 * SECOND, 3_600 * SECOND);
    }

    void restart() {
        steadySkew = wallSkew;
    }
}
