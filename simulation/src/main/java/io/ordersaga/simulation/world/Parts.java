package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.dispatch.SagaDriver;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.simulation.shop.Guard;
import io.ordersaga.simulation.store.SimStore;
import io.ordersaga.simulation.store.StoreObserver;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/// What a world is put together from: production, unless a planted fault overrides a part.
public class Parts {

    public static final Parts PRODUCTION = new Parts();

    public Driving submitted(Engine engine, Saga saga) {
        return SagaDriver.submitted(engine, saga)::on;
    }

    public Driving claimed(Engine engine, Claim claim) {
        return SagaDriver.claimed(engine, claim)::on;
    }

    public Guard guard(DataSource dataSource) {
        return Guard.barrier(dataSource);
    }

    public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
        return new SimStore(clock, lease, observer);
    }

    public boolean mayCall(Duration heldFor, Duration lease) {
        return SagaDriver.mayCall(heldFor, lease);
    }

    /// Whether an awaited write takes the place of the lazy ones before it, and waits for one that is under way.
    public boolean keepsWritesInOrder() {
        return true;
    }

    /// Whether a node follows its machine's clock when that is set, instead of counting on from its start.
    public boolean clockJumps() {
        return false;
    }
}
