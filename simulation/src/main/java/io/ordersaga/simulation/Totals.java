package io.ordersaga.simulation;

import io.ordersaga.simulation.world.Coverage;
import io.ordersaga.simulation.world.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What many runs add up to. The same seeds add up to the same, whoever ran them in which order. Not thread-safe.
final class Totals {

    /// Failing seeds that are kept; the others are only counted.
    private static final int KEPT_MAX = 50;

    private final Coverage coverage = new Coverage();
    private final List<Outcome> broken = new ArrayList<>();
    private long seeds;
    private long violations;
    private long events;
    private double seconds;
    private long hash;

    void add(Outcome outcome) {
        seeds++;
        events += outcome.events();
        seconds += outcome.micros() / 1e6;
        // A sum, so that the order of the workers does not matter.
        hash += outcome.hash() * (2 * outcome.seed() + 1);
        coverage.add(outcome.coverage());
        if (outcome.broken().isPresent()) {
            violations++;
            keep(outcome);
        }
    }

    void add(Totals other) {
        seeds += other.seeds;
        violations += other.violations;
        events += other.events;
        seconds += other.seconds;
        hash += other.hash;
        coverage.add(other.coverage);
        other.broken.forEach(this::keep);
    }

    private void keep(Outcome outcome) {
        broken.add(outcome);
        broken.sort(Comparator.comparingLong(Outcome::seed));
        if (broken.size() > KEPT_MAX) {
            broken.removeLast();
        }
    }

    Coverage coverage() {
        return coverage;
    }

    /// Those with the smallest seeds.
    List<Outcome> broken() {
        return broken;
    }

    long seeds() {
        return seeds;
    }

    long violations() {
        return violations;
    }

    long events() {
        return events;
    }

    /// Virtual time that passed.
    double seconds() {
        return seconds;
    }

    /// Of all traces.
    long hash() {
        return hash;
    }
}
