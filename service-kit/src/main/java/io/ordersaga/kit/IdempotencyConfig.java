package io.ordersaga.kit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long requests with an id are known.
///
/// @param keptFor a repeated request is answered as the first time for this long, from the first one on
/// @param lease how long a request without an answer counts as in flight; above
///     `ordersaga.grpc.call-time-limit`
/// @param purgeInterval between two purges of what was kept long enough
/// @param purgeBatch requests that one statement forgets at most
/// @param purgeRounds statements of one purge at most
@ConfigurationProperties("ordersaga.idempotency")
public record IdempotencyConfig(
        @DefaultValue("24h") Duration keptFor,
        @DefaultValue("15s") Duration lease,
        @DefaultValue("1m") Duration purgeInterval,
        @DefaultValue("1000") int purgeBatch,
        @DefaultValue("100") int purgeRounds) {
    public IdempotencyConfig {
        check(keptFor.isPositive(), "kept-for", keptFor);
        check(lease.isPositive(), "lease", lease);
        check(purgeInterval.isPositive(), "purge-interval", purgeInterval);
        check(purgeBatch > 0, "purge-batch", purgeBatch);
        check(purgeRounds > 0, "purge-rounds", purgeRounds);
    }

    long keptMicros() {
        return TimeUnit.NANOSECONDS.toMicros(keptFor.toNanos());
    }

    long leaseMicros() {
        return TimeUnit.NANOSECONDS.toMicros(lease.toNanos());
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "ordersaga.idempotency.%s must be positive, not %s".formatted(key, value));
        }
    }
}
