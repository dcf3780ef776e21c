package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Backoff;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Event;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Claim;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a saga store promises. Two coordinators, `north` and `south`, share one table.
@DatabaseTest
class SagaStoreTest {

    private final Engine engine = new Engine(new Backoff(Duration.ofSeconds(60), Duration.ofSeconds(120), 1));
    private StoreFixture fixture;
    private JdbiSagaStore north;
    private JdbiSagaStore south;

    SagaStoreTest(TestDatabase database) {
        fixture = new StoreFixture(database);
        north = fixture.storeOf("north");
        south = fixture.storeOf("south");
    }

    @BeforeEach
    void empty() {
        fixture.execute("DELETE FROM saga");
    }

    @Test
    void whatIsStoredComesBackUnchanged() {
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        headers.put("x-tenant", "a");
        SagaDefinition definition = new SagaDefinition(
                new Gid("gid-1"),
                new SagaMode(),
                Protocol.HTTP,
                List.of(new Step("http://shop/do?a=ü", "", Bytes.of(new byte[] {0, -1, 7})), Sagas.step(2)),
                headers,
                new SagaOptions(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ofDays(40), 3));
        Saga saga = submitted(definition);
        Lease lease = insert(north, saga);
        saga = answer(saga, 0, new BranchOutcome.Succeeded());
        saga = answer(saga, 1, new BranchOutcome.Refused(new Rejection("no – nein", Bytes.of("typed"))));
        saga = engine.step(
                        saga,
                        new Event.BranchAnswered(
                                1, Op.COMPENSATION, new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER)),
                        NOON)
                .saga();
        assertThat(north.save(lease, saga)).isTrue();

        Saga found = north.find(definition.gid()).orElseThrow().saga();
        assertThat(found.definition()).isEqualTo(saga.definition());
        assertThat(found.definition().digest()).isEqualTo(definition.digest());
        assertThat(found.status()).isEqualTo(SagaStatus.ABORTING);
        assertThat(found.progress()).isEqualTo(saga.progress().atRest());
        assertThat(found.retrying().attempts()).isEqualTo(1);
        assertThat(found.rejection()).isEqualTo(saga.rejection());
        assertThat(found.submitted()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void aKnownGidIsNotStoredAgain() {
        Saga saga = submitted(Sagas.ofSteps(2));
        insert(north, saga);

        assertThat(south.insert(saga)).isEqualTo(new Insertion.Known(SagaStatus.SUBMITTED, true));
        assertThat(south.insert(submitted(Sagas.ofSteps(3))))
                .isEqualTo(new Insertion.Known(SagaStatus.SUBMITTED, false));
        assertThat(fixture.count("true")).isEqualTo(1);
    }

    /// As when its statement was kept up on its way while a later one went past it.
    @Test
    void anOlderStateChangesNothingBehindANewerOne() {
        Saga before = submitted(Sagas.ofSteps(1));
        Lease lease = insert(north, before);
        Saga decided = answer(before, 0, new BranchOutcome.Refused(new Rejection("no", Bytes.EMPTY)));
        Saga over = engine.step(
                        decided, new Event.BranchAnswered(0, Op.COMPENSATION, new BranchOutcome.Succeeded()), NOON)
                .saga();

        assertThat(north.save(lease, decided)).isTrue();
        assertThat(north.save(lease, before)).as("nobody else has it").isTrue();
        assertThat(north.find(before.gid()).orElseThrow().saga().status()).isEqualTo(SagaStatus.ABORTING);
        assertThat(north.save(lease, over)).isTrue();
        assertThat(north.save(lease, decided)).isTrue();
        assertThat(north.find(before.gid()).orElseThrow().saga().status()).isEqualTo(SagaStatus.FAILED);
    }

    @Test
    void gidsAreEqualOnlyByteForByte() {
        String longest = "g".repeat(Gid.LENGTH_MAX - 1);
        List<String> gids = List.of("Order-A1", "order-a1", "order a1", "order-a1-", longest + "x", longest + "y");
        for (String gid : gids) {
            insert(north, submitted(Sagas.named(gid, Sagas.ofSteps(1))));
        }

        assertThat(fixture.count("true")).isEqualTo(gids.size());
        assertThat(north.find(new Gid("ORDER-A1"))).isEmpty();
    }

    @Test
    void aSagaThatIsWorkedOnIsNobodyElses() {
        insert(north, submitted(Sagas.ofSteps(1)));

        assertThat(south.claimDue(10)).isEmpty();
        assertThat(south.countDue()).isZero();
        assertThat(south.oldestDue()).isZero();
    }

    @Test
    void aSilentOwnerLosesItsSagaAndIsFencedOff() {
        Saga saga = submitted(Sagas.ofSteps(2));
        Lease lease = insert(north, saga);
        fixture.letLeasesRunOut();

        assertThat(south.countDue()).isEqualTo(1);
        assertThat(south.oldestDue()).isPositive();
        Claim claim = only(south.claimDue(10));
        assertThat(claim.abandoned()).isTrue();
        assertThat(claim.lease().epoch()).isGreaterThan(lease.epoch());
        assertThat(claim.saga().progress()).isEqualTo(saga.progress().atRest());

        Saga further = answer(saga, 0, new BranchOutcome.Succeeded());
        assertThat(north.save(lease, further))
                .as("the late write of the old owner")
                .isFalse();
        assertThat(north.renew(List.of(lease))).containsExactly(lease);
        assertThat(fixture.row("SELECT owner FROM saga")).containsEntry("owner", "south");
        assertThat(south.save(claim.lease(), further)).isTrue();
    }

    @Test
    void aWaitingSagaIsDueWhenItsWaitEndsAndIsThenUpToDate() {
        Saga saga = submitted(Sagas.ofSteps(1));
        Lease lease = insert(north, saga);
        Saga waiting =
                answer(saga, 0, new BranchOutcome.Unknown("lost", BranchOutcome.Trouble.NO_ANSWER), Instant.now());
        assertThat(north.save(lease, waiting)).isTrue();

        Instant due =
                north.find(saga.gid()).orElseThrow().ownership().orElseThrow().nextDue();
        assertThat(due).isBetween(Instant.now().plusSeconds(90), Instant.now().plusSeconds(125));
        assertThat(south.claimDue(10)).isEmpty();

        fixture.letWaitsEnd();
        Claim claim = only(south.claimDue(10));
        assertThat(claim.abandoned()).isFalse();
        assertThat(claim.saga().retrying().attempts()).isEqualTo(1);
    }

    @Test
    void aFinishedSagaIsNeverDueAgain() {
        Saga saga = submitted(Sagas.ofSteps(1));
        Lease lease = insert(north, saga);
        assertThat(north.save(lease, answer(saga, 0, new BranchOutcome.Succeeded())))
                .isTrue();

        assertThat(fixture.count(
                        "status = 'SUCCEEDED' AND owner IS NULL AND next_due IS NULL AND finished IS NOT NULL"))
                .isEqualTo(1);
        assertThat(south.claimDue(10)).isEmpty();
        assertThat(north.find(saga.gid()).orElseThrow().ownership()).isEmpty();
    }

    @Test
    void renewingKeepsSagasAndTellsWhichAreLost() {
        Lease kept = insert(north, submitted(Sagas.named("kept", Sagas.ofSteps(1))));
        Lease lost = insert(north, submitted(Sagas.named("lost", Sagas.ofSteps(1))));
        fixture.execute("UPDATE saga SET epoch = epoch + 1 WHERE gid = 'lost'");
        fixture.letLeasesRunOut();

        assertThat(north.renew(List.of(kept, lost))).containsExactly(lost);
        assertThat(only(south.claimDue(10)).saga().gid()).isEqualTo(new Gid("lost"));
        assertThat(north.renew(List.of())).isEmpty();
    }

    @Test
    void thousandsOfLeasesAreRenewedAndHandedOverAtOnce() {
        Lease held = insert(north, submitted(Sagas.ofSteps(1)));
        List<Lease> leases = new ArrayList<>();
        leases.add(held);
        for (long id = 1; id <= 3000; id++) {
            leases.add(new Lease(id, 1));
        }
        assertThat(north.renew(leases)).hasSize(3000).doesNotContain(held);
        north.handOver(leases);
        assertThat(only(south.claimDue(10)).lease().sagaId()).isEqualTo(held.sagaId());
    }

    @Test
    void aHandedOverSagaIsDueAtOnceAndItsOldOwnerFencedOff() {
        Saga saga = submitted(Sagas.ofSteps(1));
        Lease lease = insert(north, saga);
        north.handOver(List.of(lease));

        assertThat(north.save(lease, saga)).isFalse();
        assertThat(only(south.claimDue(10)).abandoned()).isTrue();
    }

    @Test
    void whatIsDueLongestComesFirstAndNoMoreThanAskedFor() {
        for (int number = 0; number < 5; number++) {
            insert(north, submitted(Sagas.named("gid-" + number, Sagas.ofSteps(1))));
        }
        fixture.execute("UPDATE saga SET next_due = UTC_TIMESTAMP(6) - INTERVAL RIGHT(gid, 1) SECOND");

        assertThat(south.claimDue(2).stream().map(claim -> claim.saga().gid().value()))
                .containsExactly("gid-4", "gid-3");
        assertThat(south.claimDue(10)).hasSize(3);
        assertThat(south.claimDue(10)).isEmpty();
    }

    @Test
    void manyClaimersShareTheDueSagasWithoutOverlap() throws Exception {
        int sagas = 60;
        for (int number = 0; number < sagas; number++) {
            insert(north, submitted(Sagas.named("gid-" + number, Sagas.ofSteps(1))));
        }
        fixture.letLeasesRunOut();

        List<Long> claimed = new ArrayList<>();
        try (ExecutorService claimers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<Claim>> drain = () -> {
                List<Claim> mine = new ArrayList<>();
                List<Claim> batch = south.claimDue(7);
                while (!batch.isEmpty()) {
                    mine.addAll(batch);
                    batch = south.claimDue(7);
                }
                return mine;
            };
            for (Future<List<Claim>> mine : claimers.invokeAll(List.of(drain, drain, drain, drain))) {
                mine.get().forEach(claim -> claimed.add(claim.lease().sagaId()));
            }
        }
        assertThat(claimed).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(sagas);
        // A claimer that met only locked rows stops early; what it skipped is still there for the next round.
        south.claimDue(sagas).forEach(claim -> claimed.add(claim.lease().sagaId()));
        assertThat(claimed).doesNotHaveDuplicates().hasSize(sagas);
    }

    @Test
    void theArchiveListsTheNewestFirstPageByPageAndFilters() throws InterruptedException {
        List<String> gids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            String gid = "gid-" + number;
            Saga saga = submitted(Sagas.named(gid, Sagas.ofSteps(1)));
            Lease lease = insert(north, saga);
            if (number % 2 == 0) {
                north.save(lease, answer(saga, 0, new BranchOutcome.Succeeded()));
            }
            gids.addFirst(gid);
            awaitNextMillisecond();
        }

        List<StoredSaga> first = north.list(filter(Optional.empty(), Optional.empty(), 3));
        assertThat(gids(first)).isEqualTo(gids.subList(0, 3));
        List<StoredSaga> second =
                north.list(filter(Optional.empty(), Optional.of(first.getLast().id()), 3));
        assertThat(gids(second)).isEqualTo(gids.subList(3, 5));
        assertThat(gids(north.list(filter(Optional.of(SagaStatus.SUCCEEDED), Optional.empty(), 100))))
                .containsExactly("gid-4", "gid-2", "gid-0");

        Instant now = Instant.now();
        Filter recent = new Filter(
                Optional.empty(),
                Optional.of(new SagaMode()),
                Optional.of(now.minusSeconds(60)),
                Optional.of(now.plusSeconds(60)),
                Optional.empty(),
                100);
        assertThat(north.list(recent)).hasSize(5);
        Filter old = new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(now.minusSeconds(60)),
                Optional.empty(),
                100);
        assertThat(north.list(old)).isEmpty();
    }

    private static void awaitNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    private static List<String> gids(List<StoredSaga> sagas) {
        return sagas.stream().map(stored -> stored.saga().gid().value()).toList();
    }

    private static Filter filter(Optional<SagaStatus> status, Optional<Long> beforeId, int limit) {
        return new Filter(status, Optional.empty(), Optional.empty(), Optional.empty(), beforeId, limit);
    }

    private Saga submitted(SagaDefinition definition) {
        return engine.step(Saga.fresh(definition, NOON), new Event.Submitted(), NOON)
                .saga();
    }

    private Saga answer(Saga saga, int step, BranchOutcome outcome) {
        return answer(saga, step, outcome, NOON);
    }

    private Saga answer(Saga saga, int step, BranchOutcome outcome, Instant now) {
        return engine.step(saga, new Event.BranchAnswered(step, Op.ACTION, outcome), now)
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
