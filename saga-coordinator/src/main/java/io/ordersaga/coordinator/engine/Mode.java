package io.ordersaga.coordinator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A kind of distributed transaction: what it does about an event. One file per mode, and nothing else knows
/// it.
///
/// An implementation is pure, answers for every event that [Transitions] allows, and puts the [Effect.Persist]
/// of a change before every effect that relies on it.
public sealed interface Mode permits SagaMode, MsgMode, TccMode, WorkflowMode, XaMode {

    List<Mode> ALL = List.of(new SagaMode(), new MsgMode(), new TccMode(), new WorkflowMode(), new XaMode());

    /// DTM's `trans_type`.
    String wireName();

    /// The word with which a participant is called.
    String opName(Op op);

    /// Whether a transaction in that status is rolled back by itself when its `timeout_to_fail` is over.
    boolean endsAtDeadline(SagaStatus status);

    Transition decide(Saga saga, Event event, Instant now, Waits waits);

    static Optional<Mode> named(String name) {
        return ALL.stream().filter(mode -> mode.wireName().equals(name)).findFirst();
    }
}
