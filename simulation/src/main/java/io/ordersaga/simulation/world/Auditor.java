package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.simulation.store.Row;
import io.ordersaga.simulation.store.StoreObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Watches the store while it changes, remembers what clients were told, and compares both at the end with what
/// the participants did.
final class Auditor implements StoreObserver {

    private final World world;
    private final List<Told> told = new ArrayList<>();

    private record Told(SagaPlan plan, Bytes digest, SubmitAnswer answer) {}

    Auditor(World world) {
        this.world = world;
    }

    @Override
    public void inserted(Row row) {
        world.trace().note("database", "inserted", world.numberOf(row), row.epoch(), row.owner());
        if (row.status().isTerminal() || row.status() == SagaStatus.SUBMITTED) {
            return;
        }
        throw new InvariantBroken("I7", row.gid() + " begins as " + row.status());
    }

    @Override
    public void claimed(Row row) {
        world.trace().note("database", "claimed", world.numberOf(row), row.epoch(), row.owner());
    }

    @Override
    public void unread(Row row) {
        throw new InvariantBroken("I2", row.gid() + " is set aside, but a newer build could have gone on with it");
    }

    /// I7: a status only moves on, and what succeeded stays so.
    @Override
    public void changed(Row row, SagaStatus before, List<StepProgress> steps) {
        world.trace()
                .note(
                        "database",
                        "changed",
                        world.numberOf(row),
                        row.epoch(),
                        row.status().name());
        boolean legal = switch (before) {
            case PREPARED, SUBMITTED -> true;
            case ABORTING -> row.status() == SagaStatus.ABORTING || row.status() == SagaStatus.FAILED;
            case SUCCEEDED, FAILED -> row.status() == before;
        };
        if (!legal) {
            throw new InvariantBroken("I7", row.gid() + " went from " + before + " to " + row.status());
        }
        List<StepProgress> after = row.steps();
        for (int step = 0; step < steps.size(); step++) {
            for (Op op : Op.values()) {
                boolean lost = steps.get(step).of(op).status() == BranchStatus.SUCCEEDED
                        && after.get(step).of(op).status() != BranchStatus.SUCCEEDED;
                if (lost) {
                    throw new InvariantBroken(
                            "I7", row.gid() + " forgot that " + op + " of step " + step + " had succeeded");
                }
            }
        }
    }

    /// I1 and I9, as far as they can be told at once.
    void heard(SagaPlan plan, SagaDefinition submitted, SubmitAnswer answer) {
        if (answer instanceof SubmitAnswer.Overloaded) {
            return;
        }
        Row row = world.store()
                .find(plan.definition().gid())
                .orElseThrow(() -> new InvariantBroken("I1", plan.gid() + ": " + answer + " but nothing is stored"));
        Bytes digest = submitted.digest();
        boolean refused = answer instanceof SubmitAnswer.GidReused;
        if (refused == row.digest().equals(digest)) {
            throw new InvariantBroken(
                    "I9",
                    plan.gid() + ": " + answer + " for "
                            + (refused ? "what is stored" : "other content than what is stored"));
        }
        told.add(new Told(plan, digest, answer));
    }

    /// Whether everything that has to come to an end has come to it.
    boolean isSettled() {
        for (Row row : world.store().rows()) {
            boolean over = row.status().isTerminal()
                    || (row.parked().isPresent() && world.planOf(row).mayStayParked());
            if (!over) {
                return false;
            }
        }
        return true;
    }

    void finish() {
        world.plans().forEach(this::finish);
        told.forEach(this::keptPromise);
        new Ledger(world).check();
    }

    private void finish(SagaPlan plan) {
        Row row = world.store()
                .find(plan.definition().gid())
                .orElseThrow(() -> new InvariantBroken("I1", plan.gid() + " was never stored"));
        if (row.status().isTerminal()) {
            return;
        }
        Optional<String> reason = row.parked();
        if (reason.isEmpty()) {
            throw new InvariantBroken(
                    "I2",
                    plan.gid() + " is still " + row.status()
                            + (row.hasDue() ? "" : ", and nobody will look at it again"));
        }
        if (!plan.mayStayParked() || reason.get().isBlank()) {
            throw new InvariantBroken("I2", plan.gid() + " is parked, which it need not be: " + reason.get());
        }
    }

    /// I8: what a client was told about the end is how it ended. A success that an operator overruled before it
    /// was written is the operator's to answer for.
    private void keptPromise(Told each) {
        Row row = world.store().find(each.plan().definition().gid()).orElseThrow();
        Optional<SagaStatus> promised = switch (each.answer()) {
            case SubmitAnswer.Succeeded _ -> Optional.of(SagaStatus.SUCCEEDED);
            case SubmitAnswer.RolledBack _ -> Optional.of(SagaStatus.FAILED);
            case SubmitAnswer.AlreadyFinished(SagaStatus status) -> Optional.of(status);
            case SubmitAnswer.Accepted _,
                    SubmitAnswer.Unfinished _,
                    SubmitAnswer.GidReused _,
                    SubmitAnswer.WrongStatus _,
                    SubmitAnswer.NoSuchGid _,
                    SubmitAnswer.Overloaded _ -> Optional.empty();
        };
        boolean excused = world.isOverruled(each.plan().number());
        promised.filter(status -> !(excused && status == SagaStatus.SUCCEEDED))
                .filter(status -> row.status() != status && row.parked().isEmpty())
                .ifPresent(status -> {
                    throw new InvariantBroken(
                            "I8", each.plan().gid() + " is " + row.status() + ", but a client was told " + status);
                });
    }
}
