package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// How long a saga waits before it asks again. After the first unanswered call it is twice the base, as with
/// DTM, less up to a fifth; after every further one it is anything between the shortest first wait and three
/// times the last wait, up to a cap. So sagas that failed together come back apart, and ever more so.
///
/// @param base the interval of a saga that asks for none
/// @param cap longest wait; a saga that asks for a longer interval than that gets its own interval, doubled
///     once
/// @param seed of the jitter; the same seed, gid and attempt give the same wait
public record Backoff(Duration base, Duration cap, long seed) {

    private static final int DOUBLINGS_MAX = 30;
    private static final double SHORTENED_AT_MOST = 0.2;
    private static final int GROWTH = 3;
    /// From here on the waits before do not matter any more: by then even the shortest could have reached the
    /// cap.
    private static final int MEMORY = 16;

    public Backoff {
        if (!base.isPositive() || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("need 0 < base <= cap, got base " + base + ", cap " + cap);
        }
    }

    /// After a call whose outcome is unknown.
    ///
    /// @param attempts calls in a row without an outcome, this one among them
    Duration afterUnknown(SagaDefinition saga, int attempts) {
        double longest = longest(saga).toMillis();
        double doubled = Math.min(2.0 * first(saga).toMillis(), longest);
        double shortest = doubled * (1 - SHORTENED_AT_MOST);
        int known = Math.max(1, attempts - MEMORY);
        double wait = known == 1 ? between(shortest, doubled, saga, 1) : longest;
        for (int attempt = known + 1; attempt <= attempts; attempt++) {
            wait = between(shortest, Math.min(longest, GROWTH * wait), saga, attempt);
        }
        return Duration.ofMillis(Math.round(wait));
    }

    /// After a participant said that it is still working: polled at a steady pace.
    ///
    /// @param attempts calls in a row without an outcome before
    Duration afterOngoing(SagaDefinition saga, int attempts) {
        Duration longest = longest(saga);
        Duration doubled = first(saga).multipliedBy(1L << Math.min(attempts, DOUBLINGS_MAX));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    /// While an operator wants the participant left alone: the longest wait, less up to a fifth.
    Duration whileTargetPaused(SagaDefinition saga) {
        return Duration.ofMillis(
                Math.round(longest(saga).toMillis() * (1 - SHORTENED_AT_MOST * fraction(saga.gid(), 0))));
    }

    private Duration first(SagaDefinition saga) {
        Duration wanted = saga.options().retryInterval();
        return wanted.isZero() ? base : wanted;
    }

    private Duration longest(SagaDefinition saga) {
        Duration doubled = saga.options().retryInterval().multipliedBy(2);
        return cap.compareTo(doubled) >= 0 ? cap : doubled;
    }

    private double between(double low, double high, SagaDefinition saga, int attempt) {
        return low + (high - low) * fraction(saga.gid(), attempt);
    }

    /// In [0, 1), well spread over neighbouring gids and attempts (the finalizer of SplitMix64).
    private double fraction(Gid gid, int attempt) {
        long mixed = seed ^ ((long) gid.value().hashCode() << 32) ^ attempt;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return (mixed >>> 11) * 0x1.0p-53;
    }
}
