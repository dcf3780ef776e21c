package io.ordersaga.coordinator.engine;

import static io.ordersaga.coordinator.engine.SagaStatus.ABORTING;
import static io.ordersaga.coordinator.engine.SagaStatus.FAILED;
import static io.ordersaga.coordinator.engine.SagaStatus.PREPARED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUBMITTED;
import static io.ordersaga.coordinator.engine.SagaStatus.SUCCEEDED;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// What operators may do in which state, as data. The engine refuses everything else, the operators' API serves
/// this table, and a test goes through every cell of it.
public final class Operations {

    /// Where a transaction stands, as far as it decides what may be done about it.
    public record State(Mode mode, SagaStatus status, Hold hold) {

        public static State of(Saga saga) {
            return new State(saga.definition().mode(), saga.status(), Hold.of(saga));
        }

        /// Every state that there can be.
        public static List<State> all() {
            List<State> all = new ArrayList<>();
            for (Mode mode : Mode.ALL) {
                for (SagaStatus status : statusesOf(mode)) {
                    for (Hold hold : status.isTerminal() ? EnumSet.of(Hold.NOT_HELD) : EnumSet.allOf(Hold.class)) {
                        all.add(new State(mode, status, hold));
                    }
                }
            }
            return List.copyOf(all);
        }

        private static Set<SagaStatus> statusesOf(Mode mode) {
            return switch (mode) {
                case SagaMode _ -> EnumSet.of(SUBMITTED, ABORTING, SUCCEEDED, FAILED);
                case MsgMode _ -> EnumSet.of(PREPARED, SUBMITTED, SUCCEEDED, FAILED);
                case TccMode _, XaMode _ -> EnumSet.allOf(SagaStatus.class);
                case WorkflowMode _ -> EnumSet.of(PREPARED, SUCCEEDED, FAILED);
            };
        }
    }

    /// In these states the operation is not allowed, and why. Of several rules that fit, the first says why; where
    /// none does, it is allowed.
    private record Rule(
            Set<OperationKind> operations, Set<String> modes, Set<SagaStatus> statuses, Set<Hold> holds, Denial why) {

        boolean fits(OperationKind operation, State state) {
            return operations.contains(operation)
                    && modes.contains(state.mode().wireName())
                    && statuses.contains(state.status())
                    && holds.contains(state.hold());
        }
    }

    private static final Set<String> ANY_MODE = Set.of("saga", "msg", "tcc", "xa", "workflow");
    private static final Set<String> TWO_PHASES = Set.of("tcc", "xa");
    private static final Set<String> MESSAGE = Set.of("msg");
    private static final Set<String> WORKFLOW = Set.of("workflow");
    private static final Set<SagaStatus> OVER = EnumSet.of(SUCCEEDED, FAILED);
    private static final Set<SagaStatus> UNFINISHED = EnumSet.complementOf(EnumSet.of(SUCCEEDED, FAILED));
    private static final Set<Hold> ANY_HOLD = EnumSet.allOf(Hold.class);
    private static final Set<OperationKind> GOING_ON =
            EnumSet.complementOf(EnumSet.of(OperationKind.ADD_NOTE, OperationKind.DELETE));
    private static final Set<OperationKind> HOLDING = EnumSet.of(OperationKind.PAUSE, OperationKind.PARK);
    private static final Set<OperationKind> FORWARD =
            EnumSet.of(OperationKind.ROLL_BACK, OperationKind.FORCE_BRANCH, OperationKind.EXTEND_DEADLINE);

    private static final List<Rule> RULES = List.of(
            new Rule(GOING_ON, ANY_MODE, OVER, ANY_HOLD, Denial.OVER),
            new Rule(Set.of(OperationKind.DELETE), ANY_MODE, UNFINISHED, ANY_HOLD, Denial.NOT_OVER),
            new Rule(Set.of(OperationKind.RETRY), ANY_MODE, UNFINISHED, Set.of(Hold.PAUSED), Denial.PAUSED),
            // Nobody is asked before its time is up, and then it is rolled back.
            new Rule(
                    Set.of(OperationKind.RETRY),
                    TWO_PHASES,
                    Set.of(PREPARED),
                    Set.of(Hold.NOT_HELD),
                    Denial.CLIENT_DECIDES),
            new Rule(HOLDING, ANY_MODE, UNFINISHED, Set.of(Hold.PARKED), Denial.PARKED),
            new Rule(HOLDING, ANY_MODE, UNFINISHED, Set.of(Hold.PAUSED), Denial.PAUSED),
            new Rule(
                    Set.of(OperationKind.RESUME),
                    ANY_MODE,
                    UNFINISHED,
                    EnumSet.of(Hold.NOT_HELD, Hold.PARKED),
                    Denial.NOT_PAUSED),
            new Rule(Set.of(OperationKind.RELEASE), ANY_MODE, UNFINISHED, Set.of(Hold.PAUSED), Denial.PAUSED),
            new Rule(Set.of(OperationKind.RELEASE), ANY_MODE, UNFINISHED, Set.of(Hold.NOT_HELD), Denial.NOT_PARKED),
            new Rule(FORWARD, ANY_MODE, Set.of(ABORTING), ANY_HOLD, Denial.ROLLING_BACK),
            new Rule(
                    EnumSet.of(OperationKind.ROLL_BACK, OperationKind.FORCE_BRANCH),
                    WORKFLOW,
                    Set.of(PREPARED),
                    ANY_HOLD,
                    Denial.APPLICATION_DECIDES),
            // Its local transaction may be committed, or be about to be.
            new Rule(
                    EnumSet.of(OperationKind.ROLL_BACK, OperationKind.FORCE_BRANCH),
                    MESSAGE,
                    Set.of(PREPARED),
                    ANY_HOLD,
                    Denial.SENDER_KNOWS),
            new Rule(
                    Set.of(OperationKind.ROLL_BACK),
                    Set.of("msg", "tcc", "xa"),
                    Set.of(SUBMITTED),
                    ANY_HOLD,
                    Denial.NO_WAY_BACK),
            new Rule(Set.of(OperationKind.FORCE_BRANCH), TWO_PHASES, Set.of(PREPARED), ANY_HOLD, Denial.CLIENT_DECIDES),
            new Rule(
                    Set.of(OperationKind.SKIP_BRANCH),
                    ANY_MODE,
                    EnumSet.of(PREPARED, SUBMITTED),
                    ANY_HOLD,
                    Denial.NOT_ROLLING_BACK),
            new Rule(Set.of(OperationKind.EXTEND_DEADLINE), WORKFLOW, UNFINISHED, ANY_HOLD, Denial.NO_DEADLINE),
            new Rule(
                    Set.of(OperationKind.EXTEND_DEADLINE),
                    Set.of("msg", "tcc", "xa"),
                    Set.of(SUBMITTED),
                    ANY_HOLD,
                    Denial.NO_DEADLINE));

    private Operations() {}

    /// Why the operation is not allowed in that state; empty when it is, as far as the state decides it.
    public static Optional<Denial> denial(OperationKind operation, State state) {
        return RULES.stream()
                .filter(rule -> rule.fits(operation, state))
                .map(Rule::why)
                .findFirst();
    }

    /// Why the operation is not allowed for this transaction; empty when it is, be it about one step of several.
    public static Optional<Denial> denial(OperationKind operation, Saga saga) {
        Optional<Denial> byState = denial(operation, State.of(saga));
        if (byState.isPresent()) {
            return byState;
        }
        return switch (operation) {
            case RETRY, PAUSE, RESUME, PARK, RELEASE, ROLL_BACK, ADD_NOTE, DELETE -> Optional.empty();
            case FORCE_BRANCH, SKIP_BRANCH ->
                steps(operation, saga).isEmpty() ? Optional.of(Denial.STEP_DONE) : Optional.empty();
            case EXTEND_DEADLINE -> {
                boolean never = saga.status() == SUBMITTED
                        && saga.definition().options().timeoutToFail().isZero();
                yield never ? Optional.of(Denial.NO_DEADLINE) : Optional.empty();
            }
        };
    }

    /// Why the operation is not allowed as it is meant; empty when it is.
    public static Optional<Denial> denial(Operation operation, Saga saga) {
        Optional<Denial> byState = denial(operation.kind(), State.of(saga));
        if (byState.isPresent()) {
            return byState;
        }
        return switch (operation) {
            case Operation.ForceBranch(int step) -> stepDenial(OperationKind.FORCE_BRANCH, saga, step);
            case Operation.SkipBranch(int step) -> stepDenial(OperationKind.SKIP_BRANCH, saga, step);
            case Operation.Retry _,
                    Operation.Pause _,
                    Operation.Resume _,
                    Operation.Park _,
                    Operation.Release _,
                    Operation.RollBack _,
                    Operation.ExtendDeadline _ -> denial(operation.kind(), saga);
        };
    }

    /// The steps that an operation about one step may be about; none when it is not allowed, or not about a step.
    public static List<Integer> steps(OperationKind operation, Saga saga) {
        if (!operation.needsStep() || denial(operation, State.of(saga)).isPresent()) {
            return List.of();
        }
        return IntStream.range(0, saga.progress().steps().size())
                .filter(step -> stepDenial(operation, saga, step).isEmpty())
                .boxed()
                .toList();
    }

    private static Optional<Denial> stepDenial(OperationKind operation, Saga saga, int step) {
        boolean exists = step >= 0
                && step < saga.progress().steps().size()
                && !saga.definition().steps().get(step).isCheckBack();
        if (!exists) {
            return Optional.of(Denial.NO_SUCH_STEP);
        }
        StepProgress progress = saga.progress().steps().get(step);
        boolean back = operation == OperationKind.SKIP_BRANCH;
        if (progress.of(back ? Op.COMPENSATION : Op.ACTION).hasSucceeded()) {
            return Optional.of(Denial.STEP_DONE);
        }
        // The other modes undo every branch that there is.
        return saga.definition().mode() instanceof SagaMode ? orderDenial(back, saga, step) : Optional.empty();
    }

    /// What comes after a step relies on everything before it, and not only on the step.
    private static Optional<Denial> orderDenial(boolean back, Saga saga, int step) {
        List<StepProgress> steps = saga.progress().steps();
        Plan plan = Plan.of(saga.definition());
        if (back && !steps.get(step).reached()) {
            return Optional.of(Denial.STEP_NOT_REACHED);
        }
        boolean due = back
                ? plan.allAfter(
                        step,
                        after -> !steps.get(after).reached()
                                || steps.get(after).compensation().hasSucceeded())
                : plan.allBefore(step, before -> steps.get(before).action().hasSucceeded());
        return due ? Optional.empty() : Optional.of(Denial.STEP_NOT_DUE);
    }
}
