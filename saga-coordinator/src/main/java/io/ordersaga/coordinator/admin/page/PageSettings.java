package io.ordersaga.coordinator.admin.page;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The admin page: `ordersaga.coordinator.admin.page`.
///
/// @param deadline how long the page waits for the API
/// @param freshness an open page is told again what was found out so lately
/// @param loadsPerSecond how often a node asks the API for all its open pages together; each takes about three
///     statements of SQL
/// @param snapshotsMax how many different answers are kept for open pages
/// @param exportMax how many transactions an export holds at most
public record PageSettings(
        @DefaultValue("10s") Duration deadline,
        @DefaultValue("2s") Duration freshness,
        @DefaultValue("3") double loadsPerSecond,
        @DefaultValue("200") int snapshotsMax,
        @DefaultValue("10000") int exportMax) {

    public PageSettings {
        if (!deadline.isPositive()
                || freshness.isNegative()
                || !(loadsPerSecond > 0)
                || snapshotsMax < 1
                || exportMax < 1) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.page: deadline, loads-per-second, "
                    + "snapshots-max and export-max must be positive, freshness not negative");
        }
    }
}
