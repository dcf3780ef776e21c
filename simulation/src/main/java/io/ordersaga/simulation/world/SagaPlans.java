package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.simulation.kernel.Rng;
import io.ordersaga.simulation.shop.Manner;
import io.ordersaga.simulation.shop.Manner.Poison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes up sagas of every kind that a client may submit.
final class SagaPlans {

    private static final Mode SAGA = Mode.named("saga").orElseThrow();

    private final Rng rng;

    SagaPlans(Rng rng) {
        this.rng = rng;
    }

    List<SagaPlan> make(int count) {
        List<SagaPlan> plans = new ArrayList<>();
        long at = 0;
        for (int number = 0; number < count; number++) {
            at += rng.between(0, 600) * MILLISECOND;
            plans.add(plan(number, at));
        }
        return plans;
    }

    private SagaPlan plan(int number, long at) {
        Gid gid = gid(number);
        int size = 1 + rng.below(5);
        List<Manner> manners = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        boolean poisoned = rng.chance(0.12);
        int victim = rng.below(size);
        for (int step = 0; step < size; step++) {
            manners.add(manner(poisoned && step == victim));
            steps.add(step((int) rng.between(1, 6)));
        }
        SagaDefinition definition = definition(gid, steps, options(size));
        List<Step> others = new ArrayList<>(steps);
        others.set(0, new Step(steps.get(0).action(), steps.get(0).compensation(), Bytes.of(new byte[] {9})));
        return new SagaPlan(
                number,
                definition,
                definition(gid, others, definition.options()),
                manners,
                at,
                rng.chance(0.4),
                rng.chance(0.5));
    }

    /// Long, alike at the beginning, and some of them alike but for case: what a careless key takes for the same.
    private static Gid gid(int number) {
        String name = number % 2 == 0 ? "Simulated-order-number-" : "simulated-order-number-";
        return new Gid(name + number / 2);
    }

    private Manner manner(boolean poisoned) {
        if (poisoned) {
            return new Manner(false, rng.chance(0.6) ? Poison.ACTION : Poison.COMPENSATION, 0);
        }
        // With five steps asked about at this pace a roll-back still ends well within the time after healing.
        int ongoing = rng.chance(0.15) ? 1 + rng.below(2) : 0;
        return new Manner(rng.chance(0.1), Poison.NEITHER, ongoing);
    }

    private Step step(int amount) {
        String host = "p" + rng.below(Swarm.participants()) + ":1/shelf.Shelf/";
        String action = rng.chance(0.06) ? "" : host + "Take";
        String compensation = action.isEmpty() || rng.chance(0.04) ? "" : host + "GiveBack";
        return new Step(action, compensation, Bytes.of(new byte[] {(byte) amount}));
    }

    private static SagaDefinition definition(Gid gid, List<Step> steps, SagaOptions options) {
        return new SagaDefinition(gid, SAGA, Protocol.GRPC, steps, Collections.emptySortedMap(), options);
    }

    private SagaOptions options(int size) {
        Duration interval = rng.chance(0.2) ? Duration.ofSeconds(rng.between(1, 2)) : Duration.ZERO;
        Duration request = rng.chance(0.2) ? Duration.ofSeconds(rng.between(1, 4)) : Duration.ZERO;
        Duration fail = rng.chance(0.2) ? Duration.ofSeconds(rng.between(1, 20)) : Duration.ZERO;
        int retries = rng.chance(0.15) ? 1 + rng.below(4) : 0;
        boolean concurrent = rng.chance(0.5);
        boolean ordered = concurrent && size > 1 && rng.chance(0.6);
        return new SagaOptions(
                interval, request, fail, retries, concurrent, ordered ? orders(size) : Collections.emptySortedMap());
    }

    /// Any graph without a cycle: a step waits for steps before it in some shuffled line.
    private SortedMap<Integer, SortedSet<Integer>> orders(int size) {
        int[] line = new int[size];
        for (int place = 0; place < size; place++) {
            int swap = rng.below(place + 1);
            line[place] = line[swap];
            line[swap] = place;
        }
        SortedMap<Integer, SortedSet<Integer>> orders = new TreeMap<>();
        for (int place = 1; place < size; place++) {
            SortedSet<Integer> before = new TreeSet<>();
            for (int earlier = 0; earlier < place; earlier++) {
                if (rng.chance(0.5)) {
                    before.add(line[earlier]);
                }
            }
            if (!before.isEmpty()) {
                orders.put(line[place], before);
            }
        }
        return orders;
    }
}
