package io.ordersaga.simulation.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Reach;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Retrying;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.simulation.kernel.Rng;
import io.ordersaga.simulation.store.TwoStores.Both;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// A simulation on a store that behaves unlike the real one proves nothing: the same random operations on both
/// give the same answers and leave the same rows.
@DatabaseTest
class StoreFidelityTest {

    private static final int SEQUENCES = 500;
    private static final int OPERATIONS = 12;
    private static final int SAGAS = 3;
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void theSimulatedStoreDoesWhatTheRealOneDoes(TestDatabase database) {
        try (TwoStores stores = new TwoStores(database)) {
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                stores.empty();
                play(stores, sequence);
            }
        }
    }

    private static void play(TwoStores stores, int sequence) {
        Rng rng = new Rng(sequence);
        List<String> history = new ArrayList<>();
        for (int operation = 0; operation < OPERATIONS; operation++) {
            same(stores, rng, sequence, history);
        }
        for (int saga = 0; saga < SAGAS; saga++) {
            agree(stores.find(gid(saga)), "row " + saga, sequence, history);
        }
        agree(stores.countDue(), "due", sequence, history);
    }

    private static void same(TwoStores stores, Rng rng, int sequence, List<String> history) {
        int saga = rng.below(SAGAS);
        Gid gid = gid(saga);
        int node = rng.below(2);
        int which = rng.below(10);
        String what = "saga " + saga + " node " + node + " ";
        if (which == 0) {
            stores.letLeasesRunOut();
            history.add("leases run out");
        } else if (which == 1) {
            stores.letWaitsEnd();
            history.add("waits end");
        } else if (which <= 3) {
            agree(stores.claimDue(node), what + "claim", sequence, history);
        } else if (which == 4 || !stores.knows(gid)) {
            boolean other = rng.chance(0.2);
            Function<Instant, Saga> state = state(gid, other, rng, rng.chance(0.8));
            agree(stores.insert(node, gid, state), what + "insert " + words(state), sequence, history);
        } else {
            long epoch = Math.max(1, stores.epoch(gid) - (rng.chance(0.3) ? 1 : 0));
            if (which <= 7) {
                Function<Instant, Saga> state = state(gid, false, rng, false);
                boolean later = rng.chance(0.4);
                Both both = stores.save(node, gid, epoch, state, later);
                agree(both, what + "save " + epoch + " " + later + " " + words(state), sequence, history);
            } else if (which == 8) {
                Both both = rng.chance(0.5) ? stores.renew(node, gid, epoch) : stores.handOver(node, gid, epoch);
                agree(both, what + "renew or hand over " + epoch, sequence, history);
            } else {
                agree(stores.release(node, gid), what + "release", sequence, history);
            }
        }
    }

    private static void agree(Both both, String what, int sequence, List<String> history) {
        history.add(what);
        assertThat(both.simulated())
                .as("sequence %d: %s", sequence, String.join("\n  ", history))
                .isEqualTo(both.real());
    }

    private static String words(Function<Instant, Saga> state) {
        Saga saga = state.apply(NOON);
        return saga.status() + " " + saga.retrying().due() + " " + saga.parked();
    }

    private static Gid gid(int saga) {
        return new Gid("Order-" + saga);
    }

    /// Any state that the engine may ask to be written.
    ///
    /// @param fresh as it was submitted
    private static Function<Instant, Saga> state(Gid gid, boolean other, Rng rng, boolean fresh) {
        SagaDefinition definition = definition(gid, other);
        if (fresh) {
            return now -> Saga.fresh(definition, now);
        }
        SagaStatus status = any(List.of(SagaStatus.values()), rng);
        boolean goesBack = status == SagaStatus.ABORTING || status == SagaStatus.FAILED;
        Optional<Rejection> rejection =
                goesBack ? Optional.of(new Rejection("no 'stock'\\", Bytes.of("why"))) : Optional.empty();
        boolean waits = !status.isTerminal() && rng.chance(0.5);
        Optional<String> parked =
                !status.isTerminal() && !waits && rng.chance(0.3) ? Optional.of("poisoned") : Optional.empty();
        Duration wait = rng.chance(0.5) ? Duration.ofMinutes(10) : Duration.ofMinutes(-1);
        int attempts = rng.below(4);
        int errors = rng.below(3);
        Progress progress = new Progress(List.of(step(rng), step(rng)));
        return now -> new Saga(
                definition,
                status,
                progress,
                new Retrying(attempts, 1, errors, waits ? Optional.of(now.plus(wait)) : Optional.empty()),
                now,
                rejection,
                parked);
    }

    private static <T> T any(List<T> values, Rng rng) {
        return values.get(rng.below(values.size()));
    }

    private static StepProgress step(Rng rng) {
        return StepProgress.stored(branch(rng), branch(rng), any(List.of(Reach.values()), rng));
    }

    private static BranchProgress branch(Rng rng) {
        BranchStatus status = any(List.of(BranchStatus.values()), rng);
        return new BranchProgress(status, status == BranchStatus.PREPARED ? Optional.empty() : Optional.of(NOON));
    }

    private static SagaDefinition definition(Gid gid, boolean other) {
        List<Step> steps = List.of(
                new Step("shop:1/a.B/Do", "shop:1/a.B/Undo", Bytes.of(other ? "other" : "one")),
                new Step("shop:1/c.D/Do", "", Bytes.EMPTY));
        return new SagaDefinition(
                gid,
                Mode.named("saga").orElseThrow(),
                Protocol.GRPC,
                steps,
                Collections.emptySortedMap(),
                SagaOptions.DEFAULT);
    }
}
