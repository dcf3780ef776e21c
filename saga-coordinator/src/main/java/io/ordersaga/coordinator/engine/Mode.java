package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A kind of distributed transaction: what it does about an event. One file per mode, and nothing else knows
/// it.
///
/// An implementation is pure, answers for every event that [Transitions] allows, and puts the [Effect.Persist]
/// of a change before every effect that relies on it.
public sealed interface Mode permits SagaMode {

    List<Mode> ALL = List.of(new SagaMode());

    /// DTM's `trans_type`.
    String wireName();

    Transition decide(Saga saga, Event event, Instant now, Waits waits);

    static Optional<Mode> named(String name) {
        return ALL.stream().filter(mode -> mode.wireName().equals(name)).findFirst();
    }
}
