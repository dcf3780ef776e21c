package io.ordersaga.coordinator.engine;

import java.util.List;

/// The next state of a saga and what has to be done for it.
public record Transition(Saga saga, List<Effect> effects) {

    public Transition {
        effects = List.copyOf(effects);
    }
}
