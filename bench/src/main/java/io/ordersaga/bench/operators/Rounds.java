package io.ordersaga.bench.operators;

import io.ordersaga.bench.load.Measured;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Several things that are done one after the other, again and again, and timed apart.
public final class Rounds {
    /// Longer than a coordinator gives an answer again, so that each is found out anew.
    private static final Duration ROUND_MIN = Duration.ofMillis(2_500);

    private Rounds() {}

    /// The first round, in which much is done for the first time, is not counted, and whatever fails in it is thrown.
    ///
    /// @param rounds that are counted
    /// @return what each thing took, in the same order
    public static Map<String, Measured> of(Map<String, Runnable> things, int rounds) {
        Map<String, Measured> all = new LinkedHashMap<>();
        things.keySet().forEach(what -> all.put(what, Measured.nothing()));
        for (int round = 0; round <= rounds; round++) {
            long began = System.nanoTime();
            boolean counts = round > 0;
            things.forEach((what, thing) -> {
                if (counts) {
                    Measured once = once(thing);
                    var _ = all.computeIfPresent(what, (_, known) -> known.plus(once));
                } else {
                    thing.run();
                }
            });
            LockSupport.parkNanos(ROUND_MIN.toNanos() - (System.nanoTime() - began));
        }
        return all;
    }

    private static Measured once(Runnable thing) {
        long began = System.nanoTime();
        try {
            thing.run();
        } catch (RuntimeException failure) {
            return Measured.failure();
        }
        return Measured.once(System.nanoTime() - began);
    }
}
