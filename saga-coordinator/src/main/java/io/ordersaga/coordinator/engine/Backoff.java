package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// How long a saga waits before it asks again: doubled with every unanswered call up to a cap, and shortened by
/// up to a fifth so that sagas that failed together do not come back together.
///
/// @param base the interval of a saga that asks for none
/// @param cap longest wait; a saga that asks for a longer interval than that gets its own interval, doubled
///     once
/// @param seed of the jitter; the same seed, gid and attempt give the same wait
public record Backoff(Duration base, Duration cap, long seed) {

    private static final int DOUBLINGS_MAX = 30;
    private static final double SHORTENED_AT_MOST = 0.2;

    public Backoff {
        if (!base.isPositive() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("need 0 < base <= cap, got base " + base + ", cap " + cap);
        }
    }

    /// After a call whose outcome is unknown. DTM waits twice the base before the first retry, and so do we.
    Duration afterUnknown(Saga saga) {
        long millis = interval(saga).toMillis();
        return Duration.ofMillis(millis - (long) (millis * SHORTENED_AT_MOST * fraction(saga)));
    }

    /// After a participant said that it is still working: polled at a steady pace.
    Duration afterOngoing(Saga saga) {
        return interval(saga);
    }

    private Duration interval(Saga saga) {
        Duration wanted = saga.definition().options().retryInterval();
        Duration first = wanted.isZero() ? base : wanted;
        Duration longest = max(cap, wanted.multipliedBy(2));
        Duration doubled = first.multipliedBy(1L << Math.min(saga.retrying().attempts(), DOUBLINGS_MAX));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    /// In [0, 1), well spread over neighbouring gids and attempts (the finalizer of SplitMix64).
    private double fraction(Saga saga) {
        long mixed = seed
                ^ ((long) saga.gid().value().hashCode() << 32)
                ^ saga.retrying().attempts();
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return (mixed >>> 11) * 0x1.0p-53;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
