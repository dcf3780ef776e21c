package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sagas that nobody may work on for now: parked, unreadable, or written by a newer coordinator.
@DatabaseTest
class SagaParkingTest {

    private final Engine engine = new Engine(new Backoff(Duration.ofSeconds(60), Duration.ofSeconds(120), 1));
    private final StoreFixture fixture;
    private final JdbiSagaStore north;
    private final JdbiSagaStore south;

    SagaParkingTest(TestDatabase database) {
        fixture = new StoreFixture(database);
        north = fixture.storeOf("north");
        south = fixture.storeOf("south");
    }

    @AfterEach
    void close() {
        north.close();
        south.close();
    }

    @Test
    void anUnreadableSagaIsParkedAndTheOthersAreClaimed() {
        insert(north, submitted("good"));
        insert(north, submitted("bad"));
        insert(north, submitted("worse"));
        fixture.execute("UPDATE saga SET progress = X'02FFFFFF' WHERE gid = 'bad'");
        fixture.execute("UPDATE saga SET status = 'DREAMING' WHERE gid = 'worse'");
        fixture.letLeasesRunOut();

        assertThat(only(south.claimDue(10)).saga().gid()).isEqualTo(new Gid("good"));
        assertThat(fixture.count("gid IN ('bad', 'worse') AND parked_reason IS NOT NULL AND next_due IS NULL"
                        + " AND owner = 'north'"))
                .isEqualTo(2);
        assertThat(south.countDue()).isZero();
        assertThat(south.list(all())).hasSize(1);

        fixture.execute("UPDATE saga SET status = 'SUBMITTED' WHERE gid = 'worse'");
        assertThat(south.release(new Gid("worse"))).isTrue();
        assertThat(only(south.claimDue(10)).abandoned()).isTrue();
    }

    @Test
    void aNewerFormIsLeftToNewerCoordinators() {
        insert(north, submitted("old"));
        insert(north, submitted("new"));
        fixture.execute("UPDATE saga SET form = " + (SagaCodec.VERSION + 1) + " WHERE gid = 'new'");
        fixture.letLeasesRunOut();

        assertThat(only(south.claimDue(10)).saga().gid()).isEqualTo(new Gid("old"));
        assertThat(south.claimDue(10)).isEmpty();
        assertThat(south.countDue()).isEqualTo(1);
        assertThat(fixture.count("gid = 'new' AND parked_reason IS NULL AND epoch = 1"))
                .isEqualTo(1);
    }

    @Test
    void aParkedSagaIsNobodysUntilItIsReleased() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        Saga parked = engine.parkFor(waiting(saga), "its participant is gone").saga();
        assertThat(north.save(lease, parked)).isTrue();
        fixture.letWaitsEnd();
        fixture.letLeasesRunOut();
        assertThat(south.claimDue(10)).isEmpty();
        assertThat(south.find(saga.gid()).orElseThrow().saga().parked()).contains("its participant is gone");
        assertThat(south.find(saga.gid()).orElseThrow().ownership()).isEmpty();

        assertThat(south.release(saga.gid())).isTrue();
        Claim claim = only(south.claimDue(10));
        assertThat(claim.abandoned()).isFalse();
        assertThat(claim.saga().parked()).isEmpty();
        assertThat(claim.saga().retrying().attempts()).isZero();
        assertThat(claim.saga().retrying().errors()).isZero();
    }

    @Test
    void onlyWhatWaitsOrIsParkedCanBeReleased() {
        Saga saga = submitted("gid-1");
        Lease lease = insert(north, saga);
        assertThat(south.release(saga.gid())).as("worked on").isFalse();
        assertThat(north.save(lease, waiting(saga))).isTrue();
        assertThat(south.claimDue(10)).isEmpty();
        assertThat(south.release(saga.gid())).as("waiting").isTrue();
        Claim claim = only(south.claimDue(10));
        assertThat(south.save(claim.lease(), succeeded(saga))).isTrue();
        assertThat(south.release(saga.gid())).as("over").isFalse();
        assertThat(south.release(new Gid("nobody"))).isFalse();
    }

    private static Filter all() {
        return new Filter(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 100);
    }

    private Saga submitted(String gid) {
        SagaDefinition definition = Sagas.named(gid, Sagas.ofSteps(1));
        return engine.step(Saga.fresh(definition, NOON), new Event.Submitted(), NOON)
                .saga();
    }

    private Saga succeeded(Saga saga) {
        return answer(saga, new BranchOutcome.Succeeded());
    }

    private Saga waiting(Saga saga) {
        return answer(saga, new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER));
    }

    private Saga answer(Saga saga, BranchOutcome outcome) {
        return engine.step(saga, new Event.BranchAnswered(0, Op.ACTION, outcome), Instant.now())
                .saga();
    }

    private static Lease insert(JdbiSagaStore store, Saga saga) {
        Insertion insertion = store.insert(saga);
        assertThat(insertion).isInstanceOf(Insertion.Inserted.class);
        return ((Insertion.Inserted) insertion).lease();
    }

    private static Claim only(List<Claim> claims) {
        assertThat(claims).hasSize(1);
        return claims.getFirst();
    }
}
