package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;

import io.ordersaga.simulation.shop.Mishaps;

/// A participant's database troubles, on behalf of the saga that is being served.
final class DatabaseMishaps implements Mishaps {

    private final World world;

    DatabaseMishaps(World world) {
        this.world = world;
    }

    @Override
    public Mishap onBarrier() {
        return onStatement();
    }

    @Override
    public Mishap onBusiness() {
        return onStatement();
    }

    @Override
    public Mishap onCommit() {
        if (strikes(FaultKind.COMMIT_ACK_LOST)) {
            return Mishap.ACK_LOST;
        }
        return strikes(FaultKind.CONNECTION_DIED) ? Mishap.CONNECTION_DIED : Mishap.NONE;
    }

    @Override
    public long lockLeftBehind() {
        return world.rng().between(10, 3_000) * MILLISECOND;
    }

    private Mishap onStatement() {
        if (strikes(FaultKind.LOCK_WAIT)) {
            return Mishap.LOCK_WAIT;
        }
        if (strikes(FaultKind.DEADLOCK)) {
            return Mishap.DEADLOCK;
        }
        if (strikes(FaultKind.CONNECTION_DIED)) {
            return Mishap.CONNECTION_DIED;
        }
        return strikes(FaultKind.LOCKS_LEFT) ? Mishap.CONNECTION_LEFT : Mishap.NONE;
    }

    private boolean strikes(FaultKind kind) {
        return world.faults().strikes(kind, world.served());
    }
}
