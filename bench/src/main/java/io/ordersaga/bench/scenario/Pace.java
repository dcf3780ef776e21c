package io.ordersaga.bench.scenario;

import java.time.Duration;

/// How long to measure.
///
/// @param quick short rounds and small numbers, so that all of it ends within three minutes
public record Pace(boolean quick) {
    Duration warmUp() {
        return Duration.ofSeconds(quick ? 7 : 30);
    }

    /// Of the bare client and the participant.
    Duration bareWarmUp() {
        return Duration.ofSeconds(quick ? 3 : 10);
    }

    /// Before a load whose code is warm already.
    Duration shortWarmUp() {
        return Duration.ofSeconds(quick ? 1 : 5);
    }

    Duration round() {
        return Duration.ofSeconds(quick ? 3 : 10);
    }

    /// Of each side; the quick ones save their time for the figure that matters most.
    int rounds(int callers) {
        return quick ? callers == 1 ? 1 : 2 : 4;
    }

    /// Before and after the store is filled.
    Duration storeRound() {
        return Duration.ofSeconds(quick ? 3 : 20);
    }

    /// By one caller, one after the other.
    int queries() {
        return quick ? 200 : 500;
    }

    int failingSagas() {
        return quick ? 50 : 10_000;
    }

    Duration overload() {
        return Duration.ofSeconds(quick ? 10 : 60);
    }

    Duration idle() {
        return Duration.ofSeconds(quick ? 4 : 20);
    }

    int finishedSagas() {
        return quick ? 50_000 : 1_000_000;
    }

    /// Of the coordinator that operators ask.
    Duration operatorsWarmUp() {
        return Duration.ofSeconds(quick ? 5 : 15);
    }

    /// How often operators ask each of their questions.
    int rounds() {
        return quick ? 5 : 30;
    }

    /// How long pages are open.
    Duration openPages() {
        return Duration.ofSeconds(quick ? 15 : 40);
    }

    int dueSagas() {
        return 10_000;
    }
}
