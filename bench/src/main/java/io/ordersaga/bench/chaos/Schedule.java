package io.ordersaga.bench.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Which faults come when: a function of the seed, the number and the time.
final class Schedule {
    private static final int HUNDRED = 100;
    private static final long SHORTEST_MILLIS = 2_500;
    private static final int LONGER_MILLIS = 1_500;

    private Schedule() {}

    /// Faults at random moments, each kind with its share of every hundred, shuffled.
    ///
    /// @param count how many
    /// @param time from the first to the last
    static List<Fault> of(long seed, int count, Duration time) {
        Random random = new Random(seed);
        List<Kind> kinds = new ArrayList<>();
        while (kinds.size() < count) {
            List<Kind> hundred = new ArrayList<>(HUNDRED);
            for (Kind kind : Kind.values()) {
                hundred.addAll(Collections.nCopies(kind.share(), kind));
            }
            Collections.shuffle(hundred, random);
            kinds.addAll(hundred.subList(0, Math.min(hundred.size(), count - kinds.size())));
        }
        List<Fault> faults = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            double moment = (number + random.nextDouble()) / count;
            faults.add(new Fault(
                    Duration.ofMillis((long) (moment * time.toMillis())),
                    kinds.get(number),
                    random.nextInt(2),
                    Duration.ofMillis(SHORTEST_MILLIS + random.nextInt(LONGER_MILLIS))));
        }
        return faults;
    }
}
