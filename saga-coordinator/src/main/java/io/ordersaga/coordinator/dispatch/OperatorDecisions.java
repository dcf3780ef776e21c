package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.DecisionStore.Deletion;
import io.ordersaga.coordinator.engine.DecisionStore.Outcome;
import io.ordersaga.coordinator.engine.DecisionStore.Stored;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.coordinator.engine.OperatorDesk;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import java.time.InstantSource;
import java.util.Optional;

/// What operators decide about transactions, whoever works on them. The decision is only written; the transaction is
/// then due for any node, or held, or gone.
public final class OperatorDecisions implements OperatorDesk {

    private final Dispatcher dispatcher;
    private final Engine engine;
    private final SagaArchive archive;
    private final DecisionStore store;
    private final InstantSource clock;

    public OperatorDecisions(
            Dispatcher dispatcher, Engine engine, SagaArchive archive, DecisionStore store, InstantSource clock) {
        this.dispatcher = dispatcher;
        this.engine = engine;
        this.archive = archive;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Answer operate(Gid gid, Operation operation, Expected expected) {
        settle(gid);
        Outcome outcome = store.takeOver(
                gid,
                stored -> refusal(stored.saga(), operation, expected).isPresent()
                        ? Optional.empty()
                        : Optional.of(engine.step(
                                stored.saga(), new Event.Operated(operation, stored.underWay()), clock.instant())));
        return switch (outcome) {
            case Outcome.Missing _ -> new Missing();
            case Outcome.Untouched(Stored stored) ->
                refusal(stored.saga(), operation, expected).orElseThrow();
            case Outcome.Changed changed -> {
                dispatcher.surrender(changed.before());
                yield new Done(changed.now().sagaId(), changed.transition().saga());
            }
        };
    }

    private static Optional<Answer> refusal(Saga saga, Operation operation, Expected expected) {
        return expected.refusal(saga, Operations.denial(operation, saga));
    }

    @Override
    public Answer delete(Gid gid, Expected expected) {
        settle(gid);
        Deletion deletion = store.delete(
                gid, stored -> deletionRefusal(stored.saga(), expected).isEmpty());
        Optional<Saga> saga = deletion.stored().map(Stored::saga);
        if (saga.isEmpty()) {
            return new Missing();
        }
        return deletionRefusal(saga.get(), expected).orElseGet(() -> new Done(0, saga.get()));
    }

    private static Optional<Answer> deletionRefusal(Saga saga, Expected expected) {
        Optional<Denial> denial = Operations.denial(OperationKind.DELETE, saga);
        return expected.refusal(saga, denial);
    }

    /// What this node has decided about the transaction, and perhaps told somebody, is written before anything else is
    /// decided about it.
    private void settle(Gid gid) {
        var _ = archive.find(gid);
    }
}
