package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Hold;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.simulation.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Does whatever operators can do about sagas, whoever works on them: at random while things go wrong, and with sense
/// afterwards.
final class Operator {

    private static final List<FaultKind> OPERATIONS = List.of(
            FaultKind.OPERATOR_RETRIES,
            FaultKind.OPERATOR_PAUSES,
            FaultKind.OPERATOR_RESUMES,
            FaultKind.OPERATOR_PARKS,
            FaultKind.OPERATOR_ROLLS_BACK,
            FaultKind.OPERATOR_FORCES,
            FaultKind.OPERATOR_SKIPS,
            FaultKind.OPERATOR_EXTENDS);

    private final World world;

    Operator(World world) {
        this.world = world;
    }

    void begin() {
        world.timeline().after(world.rng().between(500 * MILLISECOND, 3 * SECOND), this::act);
    }

    private void act() {
        if (world.faults().isHealed()) {
            return;
        }
        for (SagaPlan plan : world.plans()) {
            Gid gid = plan.definition().gid();
            Optional<Boolean> parked =
                    world.store().find(gid).map(row -> row.parked().isPresent());
            if (parked.isPresent()) {
                FaultKind kind = parked.get() ? FaultKind.RELEASE : FaultKind.WAKE;
                if (world.faults().strikes(kind, plan.number())) {
                    release(plan);
                }
                OPERATIONS.forEach(operation -> perhaps(operation, plan));
            }
        }
        begin();
    }

    private void perhaps(FaultKind kind, SagaPlan plan) {
        Row row = world.store().find(plan.definition().gid()).orElseThrow();
        if (row.status().isTerminal() || !world.faults().mayStrike(kind)) {
            return;
        }
        Saga saga = row.seen();
        operation(kind, saga)
                .filter(operation -> Operations.denial(operation, saga).isEmpty())
                .filter(_ -> world.faults().strikes(kind, plan.number()))
                .ifPresent(operation -> operate(plan, operation));
    }

    private Optional<Operation> operation(FaultKind kind, Saga saga) {
        return switch (kind) {
            case OPERATOR_RETRIES -> Optional.of(new Operation.Retry());
            case OPERATOR_PAUSES -> Optional.of(new Operation.Pause("by an operator"));
            case OPERATOR_RESUMES -> Optional.of(new Operation.Resume());
            case OPERATOR_PARKS -> Optional.of(new Operation.Park("parked by an operator"));
            case OPERATOR_ROLLS_BACK ->
                Optional.of(new Operation.RollBack(Rejection.ofReason("rolled back by an operator")));
            case OPERATOR_FORCES ->
                anyOf(Operations.steps(OperationKind.FORCE_BRANCH, saga)).map(Operation.ForceBranch::new);
            case OPERATOR_SKIPS ->
                anyOf(Operations.steps(OperationKind.SKIP_BRANCH, saga)).map(Operation.SkipBranch::new);
            case OPERATOR_EXTENDS ->
                Optional.of(new Operation.ExtendDeadline(
                        Duration.ofMillis(world.rng().between(1_000, 3_000))));
            default -> Optional.empty();
        };
    }

    private Optional<Integer> anyOf(List<Integer> steps) {
        return steps.isEmpty()
                ? Optional.empty()
                : Optional.of(steps.get(world.rng().below(steps.size())));
    }

    private void operate(SagaPlan plan, Operation operation) {
        Optional<Boolean> underWay = world.store()
                .takeOver(plan.definition().gid(), now(), (saga, worked) -> decided(saga, operation, worked));
        world.trace()
                .note(
                        "operator",
                        operation.kind().name(),
                        plan.number(),
                        underWay.isPresent() ? 1 : 0,
                        underWay.map(worked -> worked ? "under way" : "at rest").orElse(""));
        if (operation instanceof Operation.RollBack && underWay.isPresent()) {
            world.overrule(plan.number());
        }
    }

    private Optional<Saga> decided(Saga saga, Operation operation, boolean underWay) {
        return Operations.denial(operation, saga).isPresent()
                ? Optional.empty()
                : Optional.of(world.engine()
                        .step(saga, new Event.Operated(operation, underWay), now())
                        .saga());
    }

    /// An operator's clock is as good as any.
    private Instant now() {
        return Instant.EPOCH.plus(world.timeline().now(), ChronoUnit.MICROS);
    }

    /// Whoever caused the trouble has gone: what need not stay parked is released, and nothing stays paused.
    void tidyUp() {
        for (SagaPlan plan : world.plans()) {
            Optional<Saga> saga = world.store()
                    .find(plan.definition().gid())
                    .filter(row -> !row.status().isTerminal())
                    .map(Row::seen);
            Hold hold = saga.map(Hold::of).orElse(Hold.NOT_HELD);
            if (hold == Hold.PAUSED) {
                operate(plan, new Operation.Resume());
            } else if (hold == Hold.PARKED && !plan.mayStayParked()) {
                release(plan);
            }
        }
        world.timeline().after(SECOND, this::tidyUp);
    }

    private void release(SagaPlan plan) {
        boolean released = world.store().release(plan.definition().gid());
        world.trace().note("operator", "releases", plan.number(), released ? 1 : 0, "");
    }
}
