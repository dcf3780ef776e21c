package io.ordersaga.coordinator.admin.operation;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Batches, and how nodes hear of each other: `ordersaga.coordinator.admin.operation`.
///
/// @param batchMax transactions of one batch
/// @param batchRate of a batch that names none: transactions in a second, 1 to 1000
/// @param selectMax how long it may take to find the transactions of a batch
/// @param batchLease how long a batch stays with a node that is silent; another one then goes on with it
/// @param batchesAtOnce batches that one node works on at once; others wait
/// @param poll how often a node looks for paused targets, for batches, and whether it is to be drained
/// @param report how often a node writes down how it is
/// @param resumeRate of a target that is resumed: transactions that waited for it and go on at once, in a
///     second, 1 to 10000
/// @param resumeMax how long a node looks for such transactions at most; those it does not find go on by
///     themselves
/// @param silent after so long without a word a node counts as gone
public record OperationSettings(
        @DefaultValue("100000") int batchMax,
        @DefaultValue("50") int batchRate,
        @DefaultValue("20s") Duration selectMax,
        @DefaultValue("15s") Duration batchLease,
        @DefaultValue("4") int batchesAtOnce,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("5s") Duration report,
        @DefaultValue("500") int resumeRate,
        @DefaultValue("2m") Duration resumeMax,
        @DefaultValue("15s") Duration silent) {

    static final int RATE_MAX = 1000;

    public OperationSettings {
        must("batch-max", "be from 1 to 1000000", batchMax > 0 && batchMax <= 1_000_000);
        must("batch-rate", "be from 1 to " + RATE_MAX, batchRate > 0 && batchRate <= RATE_MAX);
        must("select-max", "be positive", selectMax.isPositive());
        must("batch-lease", "be positive", batchLease.isPositive());
        must("batches-at-once", "be from 1 to 100", batchesAtOnce > 0 && batchesAtOnce <= 100);
        must("poll", "be positive", poll.isPositive());
        must("report", "be positive", report.isPositive());
        must("resume-rate", "be from 1 to 10000", resumeRate > 0 && resumeRate <= 10_000);
        must("resume-max", "be positive", resumeMax.isPositive());
        must("silent", "be longer than the time between two reports", silent.compareTo(report) > 0);
    }

    private static void must(String setting, String rule, boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.operation." + setting + " must " + rule);
        }
    }
}
