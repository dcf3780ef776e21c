package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Operations.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every cell of the table of operations: what it allows can be done and does what it says, and what it does not
/// allow is refused by the engine itself.
class OperationsTest {

    private static final Engine ENGINE = new Engine(Play.BACKOFF);
    private static final Instant NOW = Sagas.NOON.plusSeconds(3);
    private static final Rejection WHY = Rejection.ofReason("rolled back by eve: it hangs");

    /// Every operation, about every step where it is about one.
    static List<Operation> operations(Saga saga) {
        List<Operation> operations = new ArrayList<>(List.of(
                new Operation.Retry(),
                new Operation.Pause("by eve: lunch"),
                new Operation.Resume(),
                new Operation.Park("by eve: look at it"),
                new Operation.Release(),
                new Operation.RollBack(WHY),
                new Operation.ExtendDeadline(Duration.ofHours(1))));
        for (int step = 0; step < saga.progress().steps().size(); step++) {
            operations.add(new Operation.ForceBranch(step));
            operations.add(new Operation.SkipBranch(step));
        }
        return operations;
    }

    record Cell(State state, OperationKind operation) {
        @Override
        public String toString() {
            return state.mode().wireName() + " " + state.status() + " " + state.hold() + ": " + operation;
        }
    }

    static Stream<Cell> cells() {
        return State.all().stream()
                .flatMap(state -> Stream.of(OperationKind.values()).map(operation -> new Cell(state, operation)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theEngineDoesWhatTheTableSays(Cell cell) {
        Saga saga = sagaIn(cell.state());
        assertThat(State.of(saga)).as("the example is of the state").isEqualTo(cell.state());
        Optional<Denial> denial = Operations.denial(cell.operation(), cell.state());

        List<Operation> meant = operations(saga).stream()
                .filter(operation -> operation.kind() == cell.operation())
                .filter(operation ->
                        denial.isPresent() || Operations.denial(operation, saga).isEmpty())
                .toList();
        switch (cell.operation()) {
            case ADD_NOTE -> assertThat(denial).isEmpty();
            case DELETE -> assertThat(denial.isEmpty()).isEqualTo(saga.status().isTerminal());
            case RETRY, PAUSE, RESUME, PARK, RELEASE, ROLL_BACK, FORCE_BRANCH, SKIP_BRANCH, EXTEND_DEADLINE ->
                assertThat(meant).isNotEmpty();
        }
        for (Operation operation : meant) {
            Event event = new Event.Operated(operation, false);
            if (denial.isPresent()) {
                assertThat(Operations.denial(operation, saga)).isEqualTo(denial);
                assertThatThrownBy(() -> ENGINE.step(saga, event, NOW))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(denial.get().text());
            } else {
                requireDone(operation, saga, ENGINE.step(saga, event, NOW));
            }
        }
    }

    private static void requireDone(Operation operation, Saga before, Transition transition) {
        Saga after = transition.saga();
        assertThat(transition.effects()).contains(new Effect.Persist(Effect.Durability.AWAITED));
        assertThat(transition.effects()).noneMatch(Effect.CallBranch.class::isInstance);
        Hold hold = Hold.of(after);
        SagaStatus status = before.status();
        switch (operation) {
            case Operation.Retry _, Operation.Resume _, Operation.Release _ -> {
                assertThat(hold).isEqualTo(Hold.NOT_HELD);
                assertThat(after.retrying())
                        .isEqualTo(before.retrying().answered().waitingUntil(NOW));
            }
            case Operation.Pause _ -> assertThat(hold).isEqualTo(Hold.PAUSED);
            case Operation.Park _ -> assertThat(hold).isEqualTo(Hold.PARKED);
            case Operation.RollBack _ -> {
                status = SagaStatus.ABORTING;
                assertThat(hold).isEqualTo(Hold.NOT_HELD);
                assertThat(after.rejection()).contains(WHY);
            }
            case Operation.ForceBranch(int step) -> {
                StepProgress progress = after.progress().steps().get(step);
                assertThat(progress.action().forced() && progress.reached()).isTrue();
                assertThat(hold == Hold.PAUSED).isEqualTo(Hold.of(before) == Hold.PAUSED);
            }
            case Operation.SkipBranch(int step) -> {
                assertThat(after.progress().steps().get(step).compensation().forced())
                        .isTrue();
                assertThat(hold == Hold.PAUSED).isEqualTo(Hold.of(before) == Hold.PAUSED);
            }
            case Operation.ExtendDeadline(Duration by) -> {
                assertThat(hold).isEqualTo(Hold.of(before));
                Instant deadline = ENGINE.deadline(before).orElseThrow();
                assertThat(ENGINE.deadline(after)).contains((deadline.isAfter(NOW) ? deadline : NOW).plus(by));
            }
        }
        assertThat(after.status()).isEqualTo(status);
        assertThat(StateTag.of(after).equals(StateTag.of(before)))
                .as("the tag tells whether anything is seen to have changed")
                .isEqualTo(operation instanceof Operation.Retry && Hold.of(before) == Hold.NOT_HELD);
    }

    /// Two steps, of which the first is done, or is the one that is left to undo.
    static Saga sagaIn(State state) {
        Saga fresh = Saga.fresh(definition(state.mode()), Sagas.NOON);
        BranchProgress done = BranchProgress.succeeded(Sagas.NOON);
        boolean back = state.status() == SagaStatus.ABORTING || state.status() == SagaStatus.FAILED;
        Saga saga = fresh.with(state.status())
                .with(fresh.progress()
                        .with(0, step -> step.with(Op.ACTION, done).withReached(true)));
        Saga rejected = back ? saga.with(Rejection.ofReason("sold out")) : saga;
        return switch (state.hold()) {
            case NOT_HELD -> rejected;
            case PARKED -> rejected.parkedFor("20 errors in a row");
            case PAUSED -> rejected.parkedFor(Hold.PAUSED_PREFIX + "by eve");
        };
    }

    private static SagaDefinition definition(Mode mode) {
        return switch (mode) {
            case SagaMode _ -> Sagas.ofSteps(2, Sagas.timeoutToFail(Duration.ofMinutes(5)));
            case MsgMode _ -> Prepared.message(false, Duration.ZERO, "one:1/a.B/Take");
            case TccMode _, XaMode _ ->
                Prepared.ofMode(mode).with(Prepared.branch(1)).with(Prepared.branch(2));
            case WorkflowMode _ -> Prepared.workflow();
        };
    }

    @Test
    void whatSomebodyElseWorksOnMayBeFurtherThanItIsStored() {
        Saga saga = Play.submit(Sagas.ofSteps(3)).succeed().saga();

        Saga waiting = operated(saga, new Operation.RollBack(WHY), false);
        Saga running = operated(saga, new Operation.RollBack(WHY), true);
        assertThat(RollBackPlan.of(ENGINE, waiting, false, NOW).steps())
                .extracting(RollBackPlan.Undo::step)
                .containsExactly(1, 0);
        assertThat(RollBackPlan.of(ENGINE, running, false, NOW).steps())
                .extracting(RollBackPlan.Undo::step)
                .containsExactly(2, 1, 0);
        assertThat(RollBackPlan.of(ENGINE, saga, true, NOW))
                .as("the preview of what is rolled back while somebody works on it")
                .isEqualTo(RollBackPlan.of(ENGINE, running, false, NOW));
    }

    @Test
    void aForcedActionIsNotCalledAndIsUndoneByARollBack() {
        Play play = Play.submit(Sagas.ofSteps(3)).succeed().fail();
        play.on(new Event.Operated(new Operation.ForceBranch(1), false)).on(new Event.TimerFired());
        assertThat(play.inFlight()).containsExactly(Sagas.action(3));

        play.refuse("sold out").succeed();
        assertThat(play.inFlight()).as("its participant may have done it").containsExactly(Sagas.compensation(2));
        assertThat(play.succeed().succeed().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void whenTheLastActionIsForcedItSucceeds() {
        Play play = Play.submit(Sagas.ofSteps(1)).fail();

        play.on(new Event.Operated(new Operation.ForceBranch(0), false));
        assertThat(play.status()).isEqualTo(SagaStatus.SUBMITTED);
        assertThat(play.on(new Event.TimerFired()).status()).isEqualTo(SagaStatus.SUCCEEDED);
        assertThat(play.calls()).hasSize(1);
    }

    /// The owner goes on until it notices: it may get past a step that refuses whoever took the saga up.
    @Test
    void whatIsTakenFromItsOwnerIsUndoneWhole() {
        Play play = Play.submit(Sagas.ofSteps(3)).fail();

        play.on(new Event.Operated(new Operation.Retry(), true)).on(new Event.TimerFired());
        assertThat(play.refuse("sold out").inFlight()).containsExactly(Sagas.compensation(3));
        assertThat(play.succeed().succeed().succeed().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aSkippedCompensationIsNotCalled() {
        Play play = Play.submit(Sagas.ofSteps(2)).succeed().refuse("sold out").fail();

        play.on(new Event.Operated(new Operation.SkipBranch(1), false)).on(new Event.TimerFired());
        assertThat(play.inFlight()).containsExactly(Sagas.compensation(1));
        assertThat(play.succeed().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void aStepThatIsDoneOrWasNeverCalledIsNeitherForcedNorSkipped() {
        Saga going = Play.submit(Sagas.ofSteps(2)).succeed().fail().saga();
        assertThat(Operations.denial(new Operation.ForceBranch(0), going)).contains(Denial.STEP_DONE);
        assertThat(Operations.denial(new Operation.ForceBranch(2), going)).contains(Denial.NO_SUCH_STEP);
        assertThat(Operations.steps(OperationKind.FORCE_BRANCH, going)).containsExactly(1);

        Saga back = Play.submit(Sagas.ofSteps(3)).succeed().refuse("no").saga();
        assertThat(Operations.denial(new Operation.SkipBranch(2), back)).contains(Denial.STEP_NOT_REACHED);
        assertThat(Operations.steps(OperationKind.SKIP_BRANCH, back)).containsExactly(1);
    }

    /// What follows a step would else be done before, or undone after, what it relies on.
    @Test
    void stepsAreForcedAndSkippedInTheirOrder() {
        Saga going = Play.submit(Sagas.ofSteps(3)).fail().saga();
        assertThat(Operations.denial(new Operation.ForceBranch(1), going)).contains(Denial.STEP_NOT_DUE);

        Saga back = Play.submit(Sagas.ofSteps(3)).succeed().refuse("no").fail().saga();
        assertThat(Operations.denial(new Operation.SkipBranch(0), back)).contains(Denial.STEP_NOT_DUE);
    }

    @Test
    void withoutADeadlineThereIsNoneToExtend() {
        Saga saga = Play.submit(Sagas.ofSteps(1)).fail().saga();

        assertThat(Operations.denial(new Operation.ExtendDeadline(Duration.ofSeconds(1)), saga))
                .contains(Denial.NO_DEADLINE);
    }

    @Test
    void thePreviewTellsWhatIsUndoneSideBySideAndWhatCannotBe() {
        Step fixed = new Step(Sagas.action(2), "", Bytes.EMPTY);
        SagaDefinition definition = Sagas.of(
                List.of(Sagas.step(1), fixed, Sagas.step(3), Sagas.step(4)), Sagas.concurrent(SagaOptions.DEFAULT));
        Saga saga = Play.submit(definition).saga();

        RollBackPlan plan = RollBackPlan.of(ENGINE, saga, true, NOW);
        assertThat(plan.steps()).extracting(RollBackPlan.Undo::place).containsOnly(1);
        assertThat(plan.steps())
                .filteredOn(undo -> !undo.isCalled())
                .extracting(RollBackPlan.Undo::step)
                .containsExactly(1);
        assertThat(plan.untouched()).isEmpty();
        assertThat(RollBackPlan.of(ENGINE, Play.submit(Sagas.ofSteps(2)).saga(), false, NOW)
                        .untouched())
                .containsExactly(1);
    }

    private static Saga operated(Saga saga, Operation operation, boolean underWay) {
        return ENGINE.step(saga, new Event.Operated(operation, underWay), NOW).saga();
    }
}
