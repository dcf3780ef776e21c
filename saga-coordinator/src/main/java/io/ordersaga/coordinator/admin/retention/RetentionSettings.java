package io.ordersaga.coordinator.admin.retention;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How finished transactions are purged: `ordersaga.coordinator.admin.retention`. How long they are kept is no setting
/// but a policy that administrators change while the coordinator runs; at first everything is kept for ever.
///
/// @param every how often a node looks for something to purge, from a second to an hour
/// @param batch transactions that one database transaction purges, from 1 to 5,000
/// @param batchesKept how long batches that are over are kept with what became of each of their transactions, from an
///     hour to ten years
/// @param roundMax how long one round may last; what is left is for the next
public record RetentionSettings(
        @DefaultValue("30s") Duration every,
        @DefaultValue("200") int batch,
        @DefaultValue("90d") Duration batchesKept,
        @DefaultValue("10s") Duration roundMax) {

    public RetentionSettings {
        valid("every", every.toSeconds() >= 1 && every.compareTo(Duration.ofHours(1)) <= 0, "from 1s to 1h");
        valid("batch", batch >= 1 && batch <= 5_000, "from 1 to 5000");
        valid(
                "batches-kept",
                batchesKept.compareTo(Duration.ofHours(1)) >= 0 && batchesKept.compareTo(Duration.ofDays(3_653)) <= 0,
                "from 1h to 3653d");
        valid("round-max", roundMax.isPositive() && roundMax.compareTo(every) <= 0, "positive, and at most every");
    }

    private static void valid(String setting, boolean isValid, String rule) {
        if (!isValid) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.retention." + setting + " must be " + rule);
        }
    }
}
