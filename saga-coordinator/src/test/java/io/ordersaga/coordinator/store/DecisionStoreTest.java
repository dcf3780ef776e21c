package io.ordersaga.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.DecisionStore.Decision;
import io.ordersaga.coordinator.engine.DecisionStore.Outcome;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Extras;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Decisions from outside about transactions that somebody works on.
@DatabaseTest
class DecisionStoreTest {

    private static final Step BRANCH =
            new Step("shop:1/a.B/Confirm", "shop:1/a.B/Cancel", Bytes.of("thirty"), BranchLabel.ofId("01"));

    private final Engine engine = new Engine(new Backoff(Duration.ofSeconds(60), Duration.ofSeconds(120), 1));
    private final StoreFixture fixture;
    private final JdbiSagaStore north;
    private final JdbiSagaStore south;

    DecisionStoreTest(TestDatabase database) {
        fixture = new StoreFixture(database);
        north = fixture.storeOf("north");
        south = fixture.storeOf("south");
    }

    @BeforeEach
    void empty() {
        fixture.execute("DELETE FROM saga");
    }

    private Saga prepare(String mode, List<Step> steps) {
        SagaDefinition definition = new SagaDefinition(
                new Gid("gid-1"),
                Mode.named(mode).orElseThrow(),
                Protocol.GRPC,
                steps,
                Collections.emptySortedMap(),
                SagaOptions.DEFAULT,
                Extras.ofCustomData("{}"));
        Instant now = Instant.now();
        Saga prepared = engine.step(Saga.announced(definition, now), new Event.Prepared(), now)
                .saga();
        assertThat(north.insert(prepared)).isInstanceOf(Insertion.Inserted.class);
        return prepared;
    }

    private Claim claimWhenDue(JdbiSagaStore store) {
        fixture.letWaitsEnd();
        return store.claimDue(1).getFirst();
    }

    private Decision registering(Step branch) {
        return stored -> stored.saga().status() == SagaStatus.PREPARED
                ? Optional.of(engine.step(stored.saga(), new Event.BranchRegistered(branch), Instant.now()))
                : Optional.empty();
    }

    @Test
    void whatIsPreparedComesBackUnchanged() {
        Saga saga = prepare("tcc", List.of());

        Saga found = south.find(saga.gid()).orElseThrow().saga();
        assertThat(found.definition()).isEqualTo(saga.definition());
        assertThat(found.status()).isEqualTo(SagaStatus.PREPARED);
        assertThat(south.claimDue(1)).as("nobody works on it").isEmpty();
    }

    @Test
    void aRegisteredBranchIsThereForWhoeverClaimsTheTransaction() {
        Saga saga = prepare("tcc", List.of());
        assertThat(south.decisions().takeOver(saga.gid(), registering(BRANCH))).isInstanceOf(Outcome.Changed.class);

        assertThat(claimWhenDue(north).saga().definition().steps()).containsExactly(BRANCH);
    }

    /// Otherwise the try of that branch would never be cancelled.
    @Test
    void aBranchThatIsRegisteredDuringTheAbortMakesItBeDecidedAgain() {
        Saga saga = prepare("tcc", List.of());
        Claim old = claimWhenDue(north);
        assertThat(south.decisions().takeOver(saga.gid(), registering(BRANCH))).isInstanceOf(Outcome.Changed.class);
        Saga aborted = engine.step(
                        old.saga(), new Event.TimerFired(), Instant.now().plusSeconds(60))
                .saga();

        assertThat(north.save(old.lease(), aborted))
                .as("decided without the branch")
                .isFalse();
        assertThat(claimWhenDue(north).saga().definition().steps()).containsExactly(BRANCH);
    }

    @Test
    void aWorkflowRegistersWhileItIsCalledBack() {
        Step checkBack = Step.checkBack("app:1/workflow.Workflow/Execute", "buy", Bytes.EMPTY);
        Saga saga = prepare("workflow", List.of(checkBack));
        Claim called = claimWhenDue(north);
        Step answer = new Step("", "", Bytes.of("ok"), new BranchLabel("01", "action", BranchStatus.SUCCEEDED));
        assertThat(south.decisions().extend(saga.gid(), registering(answer))).isInstanceOf(Outcome.Changed.class);

        assertThat(north.save(called.lease(), called.saga()))
                .as("the caller goes on")
                .isTrue();
        assertThat(north.find(saga.gid()).orElseThrow().saga().definition().steps())
                .containsExactly(checkBack, answer);
    }

    @Test
    void aDecisionTakesTheTransactionFromWhoeverWorksOnIt() {
        Saga saga = prepare("msg", List.of(Step.checkBack("app:1/a.B/Query", "msg", Bytes.EMPTY)));
        Claim asking = claimWhenDue(north);
        Outcome outcome = south.decisions()
                .takeOver(
                        saga.gid(),
                        stored -> Optional.of(engine.step(
                                stored.saga(), new Event.Aborted(Rejection.ofReason("no")), Instant.now())));

        assertThat(((Outcome.Changed) outcome).before()).isEqualTo(asking.lease());
        assertThat(((Outcome.Changed) outcome).now())
                .isEqualTo(new Lease(asking.lease().sagaId(), asking.lease().epoch() + 1));
        assertThat(north.save(asking.lease(), asking.saga())).isFalse();
        assertThat(south.find(saga.gid()).orElseThrow().saga().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void whatIsNotThereOrNotWantedStaysAsItIs() {
        assertThat(north.decisions().takeOver(new Gid("gid-1"), registering(BRANCH)))
                .isEqualTo(new Outcome.Missing());
        Saga saga = prepare("tcc", List.of());
        assertThat(north.decisions().takeOver(saga.gid(), _ -> Optional.empty()))
                .isInstanceOf(Outcome.Untouched.class);
        assertThat(fixture.row("SELECT epoch FROM saga").get("epoch")).isEqualTo(1L);
    }
}
