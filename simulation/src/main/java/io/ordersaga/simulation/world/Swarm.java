package io.ordersaga.simulation.world;

import static io.ordersaga.simulation.kernel.Timeline.MILLISECOND;
import static io.ordersaga.simulation.kernel.Timeline.SECOND;

import io.ordersaga.simulation.kernel.Rng;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What distinguishes the worlds of two seeds: sizes, times, and which faults strike how often.
///
/// @param nodes coordinators
/// @param sagas sagas that clients submit
/// @param lease how long a node owns a saga without a word
/// @param lazyDelay how long progress or an end waits to be written, in microseconds
/// @param waitDelay how long a wait does
/// @param poll longest distance between two searches of a node
/// @param heal when faults end, in microseconds
/// @param errorsMax rounds with an error until a saga is parked
/// @param stock what each participant has at first
/// @param rates how likely each fault is when it could strike; those that are off are left out
record Swarm(
        int nodes,
        int sagas,
        Duration lease,
        Duration poll,
        Duration backoffBase,
        Duration backoffCap,
        Duration callTimeout,
        long lazyDelay,
        long waitDelay,
        long heal,
        int errorsMax,
        boolean strict,
        long stock,
        Map<FaultKind, Double> rates) {

    private static final double ON = 0.6;
    /// What operators force is excused from some of the invariants, so many worlds have to do without them.
    private static final double OPERATED = 0.5;
    private static final int PARTICIPANTS = 3;

    static Swarm of(Rng rng) {
        Map<FaultKind, Double> rates = new EnumMap<>(FaultKind.class);
        boolean operated = rng.chance(OPERATED);
        for (FaultKind kind : FaultKind.values()) {
            double rate = rng.fraction(0.1, 1) * kind.rateMax();
            if (rng.chance(ON) && (operated || !kind.isOperation())) {
                rates.put(kind, rate);
            }
        }
        return new Swarm(
                2 + rng.below(2),
                2 + rng.below(5),
                Duration.ofMillis(rng.between(800, 4_000)),
                Duration.ofMillis(rng.between(300, 1_500)),
                Duration.ofMillis(rng.between(50, 400)),
                Duration.ofMillis(rng.between(1_000, 4_000)),
                Duration.ofMillis(rng.between(300, 3_000)),
                rng.between(1, 250) * MILLISECOND,
                rng.between(1, 20) * MILLISECOND,
                rng.between(3, 25) * SECOND,
                (int) rng.between(3, 6),
                rng.chance(0.1),
                rng.between(5, 40),
                rates);
    }

    static int participants() {
        return PARTICIPANTS;
    }
}
