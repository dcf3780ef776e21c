package io.ordersaga.coordinator.admin.page;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The admin page: `ordersaga.coordinator.admin.page`.
///
/// @param deadline how long the page waits for the API
/// @param selectDeadline the same of what finds all that a filter selects; longer than `operation.select-max`, after
///     which the API says that it takes too long
/// @param freshness an open page is told again what was found out so lately
/// @param overviewFreshness the same of the overview, which costs most
/// @param loadsPerSecond how often a node asks the API for all its open pages together; each takes two to six
///     statements of SQL. When that is not enough for all of them, they are told older answers
/// @param sessionRecheck how long an open page is believed to be the one of a session that is good
/// @param countFreshness how long an open list keeps saying how many there are
/// @param snapshotsMax how many different answers are kept for open pages
/// @param exportMax how many transactions an export holds at most; one that was cut says so
/// @param exportFor how long it is looked for them
public record PageSettings(
        @DefaultValue("10s") Duration deadline,
        @DefaultValue("30s") Duration selectDeadline,
        @DefaultValue("2s") Duration freshness,
        @DefaultValue("5s") Duration overviewFreshness,
        @DefaultValue("0.8") double loadsPerSecond,
        @DefaultValue("10s") Duration sessionRecheck,
        @DefaultValue("30s") Duration countFreshness,
        @DefaultValue("200") int snapshotsMax,
        @DefaultValue("10000") int exportMax,
        @DefaultValue("5m") Duration exportFor) {

    public PageSettings {
        require(deadline.isPositive(), "deadline", deadline);
        require(selectDeadline.isPositive(), "select-deadline", selectDeadline);
        require(!freshness.isNegative(), "freshness", freshness);
        require(!overviewFreshness.isNegative(), "overview-freshness", overviewFreshness);
        require(loadsPerSecond > 0 && loadsPerSecond <= 1000, "loads-per-second", loadsPerSecond);
        require(!sessionRecheck.isNegative(), "session-recheck", sessionRecheck);
        require(!countFreshness.isNegative(), "count-freshness", countFreshness);
        require(snapshotsMax > 0, "snapshots-max", snapshotsMax);
        require(exportMax > 0, "export-max", exportMax);
        require(exportFor.isPositive(), "export-for", exportFor);
    }

    private static void require(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.page." + key + " must not be " + value);
        }
    }
}
