package io.ordersaga.coordinator.store;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How writes are gathered into transactions, and what happens when there are too many of them.
///
/// @param queue writes that may wait for their transaction; one more is refused. States that nobody waits for
///     count apart, with the same limit
/// @param lanes transactions under way at once, at most; how many of them are used follows the time that a
///     commit takes
/// @param batchRows rows in one transaction, at most, besides the journal's
/// @param batchBytes their content, at most; a row that is larger goes alone. Stay below a quarter of the
///     server's `max_allowed_packet`: content is written as hexadecimal digits
/// @param linger how long a write waits for company while many sagas are under way; zero to never wait
/// @param lingerFrom sagas under way at once from which on it waits
/// @param lazyDelay how long a state that only tells how far a saga is, or that it is over, and an entry of the
///     journal, is kept back for company; a saga that is over sooner spares the write. Other nodes see an end this
///     much later, and calls of a saga whose end was not written are repeated after a crash
/// @param waitDelay how long the wait of a saga is kept back for company
/// @param journalQueue entries of the journal that may wait; one more is dropped
/// @param patience how long a caller waits for its write before it is told that nobody knows
public record StoreSettings(
        @DefaultValue("5000") int queue,
        @DefaultValue("4") int lanes,
        @DefaultValue("256") int batchRows,
        @DefaultValue("1048576") int batchBytes,
        @DefaultValue("12ms") Duration linger,
        @DefaultValue("16") int lingerFrom,
        @DefaultValue("200ms") Duration lazyDelay,
        @DefaultValue("20ms") Duration waitDelay,
        @DefaultValue("20000") int journalQueue,
        @DefaultValue("10s") Duration patience) {

    public static final StoreSettings DEFAULT = new StoreSettings(
            5000,
            4,
            256,
            1 << 20,
            Duration.ofMillis(12),
            16,
            Duration.ofMillis(200),
            Duration.ofMillis(20),
            20_000,
            Duration.ofSeconds(10));

    public StoreSettings {
        must("queue", "be positive", queue > 0);
        must("lanes", "be from 1 to 16", lanes > 0 && lanes <= 16);
        must("batch-rows", "be from 1 to 1000", batchRows > 0 && batchRows <= 1000);
        must("batch-bytes", "be positive", batchBytes > 0);
        must("linger", "not be negative", !linger.isNegative());
        must("linger-from", "be positive", lingerFrom > 0);
        must("lazy-delay", "not be negative", !lazyDelay.isNegative());
        must("wait-delay", "not be negative", !waitDelay.isNegative());
        must("journal-queue", "be positive", journalQueue > 0);
        must("patience", "be positive", patience.isPositive());
    }

    private static void must(String setting, String rule, boolean obeyed) {
        if (!obeyed) {
            throw new IllegalArgumentException("ordersaga.coordinator.store." + setting + " must " + rule);
        }
    }
}
