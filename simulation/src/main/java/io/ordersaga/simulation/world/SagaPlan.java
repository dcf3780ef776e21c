package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.simulation.shop.Manner;
import java.util.List;

/// A saga that a client will submit.
///
/// @param number of the saga in its world, from 0
/// @param definition what its client wants
/// @param other another saga under the same gid
/// @param manners how participants treat its steps, one each
/// @param submitted when, in microseconds
/// @param waits whether the client waits for the end
/// @param repaired whether somebody repairs its poisoned step once faults have ended
record SagaPlan(
        int number,
        SagaDefinition definition,
        SagaDefinition other,
        List<Manner> manners,
        long submitted,
        boolean waits,
        boolean repaired) {

    String gid() {
        return definition.gid().value();
    }

    Shape shape() {
        if (!definition.options().concurrent()) {
            return Shape.SEQUENTIAL;
        }
        return definition.options().orders().isEmpty() ? Shape.CONCURRENT : Shape.ORDERED;
    }

    boolean isPoisoned() {
        return manners.stream().anyMatch(manner -> manner.poisoned() != Manner.Poison.NEITHER);
    }

    /// Whether this saga may be set aside for good.
    boolean mayStayParked() {
        return isPoisoned() && !repaired;
    }
}
