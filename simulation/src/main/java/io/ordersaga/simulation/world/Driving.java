package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.dispatch.Action;
import io.ordersaga.coordinator.dispatch.Input;
import java.time.Instant;
import java.util.List;

/// What decides about one saga on one node.
@FunctionalInterface
public interface Driving {

    List<Action> on(Input input, Instant now);
}
