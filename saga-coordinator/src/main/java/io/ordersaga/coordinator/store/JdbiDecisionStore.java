package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.DecisionStore;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Transition;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Jdbi;

/// Decisions from outside, each a transaction of its own with the row locked. They are rare beside the
/// writes of [GroupCommitWriter], and never part of a saga's way.
final class JdbiDecisionStore implements DecisionStore {

    private final Jdbi jdbi;
    private final SagaRows rows;

    JdbiDecisionStore(Jdbi jdbi, SagaRows rows) {
        this.jdbi = jdbi;
        this.rows = rows;
    }

    private interface Writing {
        void write(SagaTable table, SagaRow row, Transition transition);
    }

    @Override
    public Outcome takeOver(Gid gid, Decision decision) {
        return decide(gid, decision, 1, (table, row, transition) -> {
            int _ = table.takeOver(
                    row.id(),
                    SagaCodec.encode(transition.saga().definition()),
                    SagaRows.standing(transition.saga()),
                    rows.due(transition.saga()));
        });
    }

    @Override
    public Outcome extend(Gid gid, Decision decision) {
        return decide(gid, decision, 0, (table, row, transition) -> {
            int _ = table.extend(
                    row.id(),
                    SagaCodec.encode(transition.saga().definition()),
                    SagaCodec.formOf(transition.saga().progress()));
        });
    }

    private Outcome decide(Gid gid, Decision decision, int epochs, Writing writing) {
        return JdbiSagaStore.answered(() -> jdbi.inTransaction(handle -> {
            SagaTable table = handle.attach(SagaTable.class);
            Optional<SagaRow> locked = table.lock(SagaRows.gid(gid));
            if (locked.isEmpty()) {
                return new Outcome.Missing();
            }
            SagaRow row = locked.get();
            Stored stored = stored(row);
            Optional<Transition> decided = decision.on(stored);
            if (decided.isEmpty()) {
                return new Outcome.Untouched(stored);
            }
            writing.write(table, row, decided.get());
            long epoch = row.holding().epoch();
            return new Outcome.Changed(new Lease(row.id(), epoch), new Lease(row.id(), epoch + epochs), decided.get());
        }));
    }

    private Stored stored(SagaRow row) {
        return new Stored(
                rows.readable(row),
                row.content().digest(),
                row.holding().owner().isPresent());
    }

    @Override
    public Deletion delete(Gid gid, Predicate<Stored> may) {
        return JdbiSagaStore.answered(() -> jdbi.inTransaction(handle -> {
            SagaTable table = handle.attach(SagaTable.class);
            Optional<SagaRow> locked = table.lock(SagaRows.gid(gid));
            if (locked.isEmpty()) {
                return new Deletion(Optional.empty(), false);
            }
            Stored stored = stored(locked.get());
            boolean deleted = may.test(stored);
            if (deleted) {
                DeletionTable deletion = handle.attach(DeletionTable.class);
                long id = locked.get().id();
                deletion.attempts(id);
                deletion.notes(id);
                deletion.labels(id);
                deletion.trouble(id);
                deletion.saga(id);
            }
            return new Deletion(Optional.of(stored), deleted);
        }));
    }
}
