package io.ordersaga.coordinator.admin.query;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How much one question of an operator may cost: `ordersaga.coordinator.admin.query`.
///
/// @param scanMax rows that a question looks at when no index answers it, from 1,000 to 1,000,000
/// @param countScanMax rows that a count looks at when no index answers it, from 1,000 to 1,000,000
/// @param timeMax after so long a question looks at no more rows, from 100 ms
/// @param concurrent questions that are answered at once, so that connections are left for sagas; at least 1
/// @param waitMax how long a question waits for its turn before it is refused
/// @param countMax transactions of one status are counted up to this
/// @param overAge age from which on a transaction that is not over needs attention
/// @param failingAttempts rounds without a definite answer from which on a roll-back needs attention, at least 1
/// @param remembered how long the answer to a question about all transactions is given again, so that open pages cost
///     little
public record QuerySettings(
        @DefaultValue("20000") int scanMax,
        @DefaultValue("10000") int countScanMax,
        @DefaultValue("1s") Duration timeMax,
        @DefaultValue("3") int concurrent,
        @DefaultValue("2s") Duration waitMax,
        @DefaultValue("100000") int countMax,
        @DefaultValue("15m") Duration overAge,
        @DefaultValue("3") int failingAttempts,
        @DefaultValue("2s") Duration remembered) {

    public static final QuerySettings DEFAULT = new QuerySettings(
            20_000,
            10_000,
            Duration.ofSeconds(1),
            3,
            Duration.ofSeconds(2),
            100_000,
            Duration.ofMinutes(15),
            3,
            Duration.ofSeconds(2));

    public QuerySettings {
        valid("scan-max", scanMax >= 1_000 && scanMax <= 1_000_000, "from 1000 to 1000000");
        valid("count-scan-max", countScanMax >= 1_000 && countScanMax <= 1_000_000, "from 1000 to 1000000");
        valid("time-max", timeMax.compareTo(Duration.ofMillis(100)) >= 0, "at least 100ms");
        valid("concurrent", concurrent > 0, "positive");
        valid("wait-max", !waitMax.isNegative(), "from 0");
        valid("count-max", countMax > 0, "positive");
        valid("over-age", overAge.isPositive(), "positive");
        valid("failing-attempts", failingAttempts > 0, "positive");
        valid("remembered", !remembered.isNegative(), "from 0");
    }

    private static void valid(String setting, boolean isValid, String rule) {
        if (!isValid) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.query." + setting + " must be " + rule);
        }
    }
}
