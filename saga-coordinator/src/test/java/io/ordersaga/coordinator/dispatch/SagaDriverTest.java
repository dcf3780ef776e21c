package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static io.ordersaga.coordinator.engine.Sagas.action;
import static io.ordersaga.coordinator.engine.Sagas.compensation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SagaDriverTest {

    private static final Engine ENGINE = new Engine(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 1));
    private static final Lease LEASE = new Lease(7, 1);
    private static final BranchOutcome DONE = new BranchOutcome.Succeeded();

    private final Saga fresh = Saga.fresh(Sagas.ofSteps(2), NOON);
    private final SagaDriver driver = SagaDriver.submitted(ENGINE, fresh);

    @Test
    void aSagaIsStoredThenAcceptedThenCalled() {
        assertThat(words(begin())).containsExactly("insert");
        assertThat(driver.lease()).isEmpty();

        assertThat(words(inserted())).containsExactly("answer Accepted", "call " + action(1));
        assertThat(driver.lease()).contains(LEASE);
        assertThat(driver.callsOut()).isEqualTo(1);
    }

    @Test
    void aSuccessfulSagaAwaitsNoFurtherWrite() {
        begin();
        inserted();
        assertThat(words(answered(0, Op.ACTION, DONE))).containsExactly("later SUBMITTED", "call " + action(2));
        assertThat(words(answered(1, Op.ACTION, DONE)))
                .containsExactly("later SUCCEEDED", "answer Succeeded", "release");
        assertThat(driver.isOver()).isTrue();
        assertThat(driver.callsOut()).isZero();
    }

    @Test
    void theDecisionToRollBackIsStoredBeforeTheFirstCompensation() {
        begin();
        inserted();
        assertThat(words(refusedFirst())).containsExactly("write ABORTING");
        assertThat(words(on(new Input.Written(true)))).containsExactly("call " + compensation(1));
        assertThat(words(answered(0, Op.COMPENSATION, DONE)))
                .containsExactly("later FAILED", "answer RolledBack", "release");
    }

    @Test
    void aSagaThatWaitsIsLetGo() {
        begin();
        inserted();
        List<Action> actions = answered(0, Op.ACTION, ScriptedBranches.LOST);
        assertThat(words(actions)).containsExactly("later SUBMITTED", "answer Unfinished", "release due");
        Action.Release release = (Action.Release) actions.getLast();
        assertThat(release.due()).isEqualTo(driver.saga().retrying().due());
    }

    @Test
    void aKnownGidIsAnsweredAndNothingElse() {
        begin();
        assertThat(words(on(new Input.Inserted(new Insertion.Known(SagaStatus.SUBMITTED, true)))))
                .containsExactly("answer Accepted", "release");
        assertThat(driver.lease()).isEmpty();
    }

    @Test
    void aKnownGidIsToldApartByContentAndEnd() {
        assertThat(known(SagaStatus.SUCCEEDED, true)).isEqualTo(new SubmitAnswer.AlreadyFinished(SagaStatus.SUCCEEDED));
        assertThat(known(SagaStatus.FAILED, true)).isEqualTo(new SubmitAnswer.AlreadyFinished(SagaStatus.FAILED));
        assertThat(known(SagaStatus.FAILED, false)).isEqualTo(new SubmitAnswer.GidReused());
    }

    @Test
    void aClaimGoesOnWhereItStood() {
        SagaDriver waited = SagaDriver.claimed(ENGINE, claim(false));
        assertThat(words(waited.on(new Input.Begin(), NOON))).containsExactly("call " + action(1));
        assertThat(waited.saga().progress().steps().get(1).reached()).isFalse();

        SagaDriver abandoned = SagaDriver.claimed(ENGINE, claim(true));
        assertThat(words(abandoned.on(new Input.Begin(), NOON)))
                .containsExactly("later SUBMITTED", "call " + action(1));
        assertThat(abandoned.saga().progress().steps().get(1).reached())
                .as("maybe called")
                .isTrue();
    }

    @Test
    void aWriteThatFoundAnotherOwnerIsTheEnd() {
        begin();
        inserted();
        refusedFirst();
        assertThat(words(on(new Input.Written(false)))).containsExactly("lost");
        assertNothingMore();
    }

    @Test
    void anInsertOfWhichNobodyKnowsIsTheEnd() {
        begin();
        assertThat(words(on(new Input.StoreFailed(new StoreUnavailableException("gone", null)))))
                .containsExactly("lost");
        assertNothingMore();
    }

    @Test
    void aWriteOfWhichNobodyKnowsIsTheEndAndNoCompensationIsCalled() {
        begin();
        inserted();
        refusedFirst();
        assertThat(words(on(new Input.StoreFailed(new StoreUnavailableException("gone", null)))))
                .containsExactly("lost");
        assertNothingMore();
    }

    @Test
    void aStoreWithoutRoomIsAnOverload() {
        begin();
        Duration retryAfter = Duration.ofMillis(300);
        assertThat(on(new Input.StoreFailed(new StoreOverloadedException(retryAfter))))
                .first()
                .isEqualTo(new Action.Answer(new SubmitAnswer.Overloaded(retryAfter)));
        assertNothingMore();
    }

    @Test
    void aLeaseLostDuringACallEndsItAndTheAnswerCountsForNothing() {
        begin();
        inserted();
        assertThat(words(on(new Input.LeaseLost()))).containsExactly("lost");
        assertThat(answered(0, Op.ACTION, DONE)).isEmpty();
        assertNothingMore();
    }

    @Test
    void aLeaseLostDuringAWriteEndsItAndTheWriteCountsForNothing() {
        begin();
        inserted();
        refusedFirst();
        assertThat(words(on(new Input.LeaseLost()))).containsExactly("lost");
        assertThat(on(new Input.Written(true))).isEmpty();
    }

    @Test
    void thereIsNoLeaseToLoseBeforeTheInsert() {
        begin();
        assertThat(on(new Input.LeaseLost())).isEmpty();
        assertThat(words(inserted())).containsExactly("answer Accepted", "call " + action(1));
    }

    @Test
    void aStoppingNodeTakesTheAnswerAndHandsOverInsteadOfCalling() {
        begin();
        inserted();
        assertThat(on(new Input.Stopping())).isEmpty();
        assertThat(words(answered(0, Op.ACTION, DONE))).containsExactly("later SUBMITTED", "hand over");
        assertNothingMore();
    }

    @Test
    void aStoppingNodeFinishesWhatNeedsNoCall() {
        begin();
        inserted();
        answered(0, Op.ACTION, DONE);
        on(new Input.Stopping());
        assertThat(words(answered(1, Op.ACTION, DONE)))
                .containsExactly("later SUCCEEDED", "answer Succeeded", "release");
    }

    @Test
    void aStoppingNodeStoresTheDecisionToRollBackBeforeItHandsOver() {
        begin();
        inserted();
        on(new Input.Stopping());
        assertThat(words(refusedFirst())).containsExactly("write ABORTING");
        assertThat(words(on(new Input.Written(true)))).containsExactly("hand over");
    }

    @Test
    void aStoppingNodeAcceptsWhatItIsStoringAndHandsOver() {
        begin();
        on(new Input.Stopping());
        assertThat(words(inserted())).containsExactly("answer Accepted", "hand over");
    }

    @Test
    void aClaimOnAStoppingNodeIsHandedOver() {
        SagaDriver claimed = SagaDriver.claimed(ENGINE, claim(false));
        assertThat(claimed.on(new Input.Stopping(), NOON)).isEmpty();
        assertThat(words(claimed.on(new Input.Begin(), NOON))).containsExactly("hand over");
    }

    @Test
    void answersThatComeDuringAnAwaitedWriteArePlayedAfterIt() {
        SagaDriver three = concurrent();
        assertThat(words(three.on(new Input.Answered(0, Op.ACTION, ScriptedBranches.NO), NOON)))
                .containsExactly("write ABORTING");
        assertThat(three.on(new Input.Answered(1, Op.ACTION, DONE), NOON)).isEmpty();
        assertThat(three.on(new Input.Answered(2, Op.ACTION, DONE), NOON)).isEmpty();
        assertThat(three.callsOut()).isZero();

        assertThat(words(three.on(new Input.Written(true), NOON)))
                .filteredOn(word -> word.startsWith("call"))
                .containsExactlyInAnyOrder(
                        "call " + compensation(1), "call " + compensation(2), "call " + compensation(3));
        assertThat(three.callsOut()).isEqualTo(3);
    }

    @Test
    void answersThatWereKeptAreForgottenWithTheLease() {
        SagaDriver three = concurrent();
        three.on(new Input.Answered(0, Op.ACTION, ScriptedBranches.NO), NOON);
        three.on(new Input.Answered(1, Op.ACTION, DONE), NOON);
        assertThat(words(three.on(new Input.Written(false), NOON))).containsExactly("lost");
        assertThat(three.on(new Input.Answered(2, Op.ACTION, DONE), NOON)).isEmpty();
    }

    @Test
    void aStoppingNodeWaitsForAllItsCallsBeforeItHandsOver() {
        SagaDriver three = concurrent();
        three.on(new Input.Stopping(), NOON);
        assertThat(words(three.on(new Input.Answered(0, Op.ACTION, DONE), NOON)))
                .containsExactly("later SUBMITTED");
        three.on(new Input.Answered(1, Op.ACTION, ScriptedBranches.NO), NOON);
        assertThat(words(three.on(new Input.Written(true), NOON))).isEmpty();
        assertThat(words(three.on(new Input.Answered(2, Op.ACTION, DONE), NOON)))
                .containsExactly("later ABORTING", "hand over");
    }

    @Test
    void aSagaThatTheEngineCannotStepIsParkedWithTheReason() {
        SagaOptions overflowing = Sagas.retryInterval(Duration.ofSeconds(Long.MAX_VALUE));
        SagaDriver poisoned = SagaDriver.submitted(ENGINE, Saga.fresh(Sagas.ofSteps(2, overflowing), NOON));
        poisoned.on(new Input.Begin(), NOON);
        poisoned.on(new Input.Inserted(new Insertion.Inserted(LEASE)), NOON);

        assertThat(words(poisoned.on(new Input.Answered(0, Op.ACTION, ScriptedBranches.LOST), NOON)))
                .containsExactly("write SUBMITTED");
        assertThat(poisoned.saga().parked())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("a bug met action_unknown", "ArithmeticException"));
        assertThat(words(poisoned.on(new Input.Written(true), NOON))).containsExactly("answer Unfinished", "release");
    }

    @Test
    void aStateThatTheStoreCannotWriteIsParkedOnce() {
        begin();
        inserted();
        refusedFirst();
        Input poison = new Input.StoreFailed(new IllegalArgumentException("too long"));
        assertThat(words(on(poison))).containsExactly("write ABORTING");
        assertThat(driver.saga().parked())
                .contains("it could not be written: java.lang.IllegalArgumentException: too long");

        assertThat(words(on(poison))).containsExactly("lost");
        assertNothingMore();
    }

    @Test
    void anAnswerThatComesWhileASagaIsBeingParkedIsForgotten() {
        begin();
        inserted();
        assertThat(words(on(new Input.StoreFailed(new IllegalArgumentException("later, too long")))))
                .containsExactly("write SUBMITTED");
        assertThat(answered(0, Op.ACTION, DONE)).isEmpty();
        assertThat(words(on(new Input.Written(true)))).containsExactly("answer Unfinished", "release");
    }

    @Test
    void anAnswerThatNobodyAskedForIsABug() {
        begin();
        inserted();
        assertThatThrownBy(() -> answered(1, Op.ACTION, DONE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> on(new Input.Written(true))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCallBeginsOnlyWithinTheLease() {
        Duration lease = Duration.ofSeconds(5);
        assertThat(SagaDriver.mayCall(lease.minusMillis(1), lease)).isTrue();
        assertThat(SagaDriver.mayCall(lease, lease)).isFalse();
    }

    private Claim claim(boolean abandoned) {
        Saga saga = ENGINE.step(fresh, new Event.Submitted(), NOON).saga();
        Saga stored = new Saga(
                saga.definition(),
                saga.status(),
                saga.progress().atRest(),
                saga.retrying(),
                saga.submitted(),
                saga.rejection(),
                saga.parked());
        return new Claim(LEASE, stored, abandoned);
    }

    /// Its three actions are out.
    private static SagaDriver concurrent() {
        SagaDriver three = SagaDriver.submitted(ENGINE, Saga.fresh(Sagas.ofOrders(3, Map.of()), NOON));
        three.on(new Input.Begin(), NOON);
        List<Action> actions = three.on(new Input.Inserted(new Insertion.Inserted(LEASE)), NOON);
        assertThat(words(actions))
                .containsExactly("answer Accepted", "call " + action(1), "call " + action(2), "call " + action(3));
        assertThat(three.callsOut()).isEqualTo(3);
        return three;
    }

    private static SubmitAnswer known(SagaStatus status, boolean sameContent) {
        SagaDriver other = SagaDriver.submitted(ENGINE, Saga.fresh(Sagas.ofSteps(2), NOON));
        other.on(new Input.Begin(), NOON);
        List<Action> actions = other.on(new Input.Inserted(new Insertion.Known(status, sameContent)), NOON);
        return ((Action.Answer) actions.getFirst()).answer();
    }

    private void assertNothingMore() {
        assertThat(driver.isOver()).isTrue();
        assertThat(begin()).isEmpty();
        assertThat(inserted()).isEmpty();
        assertThat(on(new Input.Stopping())).isEmpty();
    }

    private List<Action> begin() {
        return on(new Input.Begin());
    }

    private List<Action> inserted() {
        return on(new Input.Inserted(new Insertion.Inserted(LEASE)));
    }

    private List<Action> refusedFirst() {
        return answered(0, Op.ACTION, ScriptedBranches.NO);
    }

    private List<Action> answered(int step, Op op, BranchOutcome outcome) {
        return on(new Input.Answered(step, op, outcome));
    }

    private List<Action> on(Input input) {
        return driver.on(input, NOON);
    }

    static List<String> words(List<Action> actions) {
        return actions.stream().map(SagaDriverTest::word).toList();
    }

    private static String word(Action action) {
        return switch (action) {
            case Action.Insert _ -> "insert";
            case Action.Write(Lease _, Saga saga) -> "write " + saga.status();
            case Action.WriteLater(Lease _, Saga saga) -> "later " + saga.status();
            case Action.Call(var call) -> "call " + call.url();
            case Action.Answer(SubmitAnswer answer) ->
                "answer " + answer.getClass().getSimpleName();
            case Action.Release(var due) -> due.isPresent() ? "release due" : "release";
            case Action.HandOver _ -> "hand over";
            case Action.Lost _ -> "lost";
        };
    }
}
