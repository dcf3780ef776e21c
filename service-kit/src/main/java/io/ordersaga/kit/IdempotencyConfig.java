package io.ordersaga.kit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long requests with an id are remembered.
///
/// @param keptFor a repeated request is answered as the first time for at least this long
/// @param purgeInterval between two looks for older ones
/// @param purgeBatch how many of them one statement forgets at most
@ConfigurationProperties("ordersaga.idempotency")
public record IdempotencyConfig(
        @DefaultValue("24h") Duration keptFor,
        @DefaultValue("5m") Duration purgeInterval,
        @DefaultValue("500") int purgeBatch) {
    public IdempotencyConfig {
        if (keptFor.toSeconds() < 1 || !purgeInterval.isPositive() || purgeBatch < 1) {
            throw new IllegalArgumentException(
                    "ordersaga.idempotency: kept-for, purge-interval and purge-batch must be positive: %s, %s, %d"
                            .formatted(keptFor, purgeInterval, purgeBatch));
        }
    }
}
