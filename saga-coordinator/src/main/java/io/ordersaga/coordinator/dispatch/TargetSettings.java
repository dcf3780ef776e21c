package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How much of this node one participant may take, and when it is left alone.
///
/// @param callsMax calls of one target at once; a participant with ten database connections gains nothing from
///     more. With twice as many (without the reserved ones) there or on their way, submitters that wait for their
///     saga's end are refused
/// @param reserved of these, only for compensations and for sagas that are resumed
/// @param waitingMax calls that wait for one of these places; beyond it the saga waits instead
/// @param waitMax how long a call waits for its place; after it the saga waits instead
/// @param targetsMax targets that are watched one by one; the one unused longest gives way
/// @param window calls of a target over which failures are counted
/// @param failuresPercent of them, or of the probes, that failed, from which on the target is left alone. A target
///     that still does some of what it is asked for must be asked: each saga has its own back-off
/// @param openFor how long it is left alone before it is probed
/// @param probes calls that find out whether it is back
public record TargetSettings(
        @DefaultValue("128") int callsMax,
        @DefaultValue("32") int reserved,
        @DefaultValue("512") int waitingMax,
        @DefaultValue("1s") Duration waitMax,
        @DefaultValue("1000") int targetsMax,
        @DefaultValue("20") int window,
        @DefaultValue("100") int failuresPercent,
        @DefaultValue("2s") Duration openFor,
        @DefaultValue("3") int probes) {

    public TargetSettings {
        valid("calls-max", callsMax > 0, "positive");
        valid("reserved", reserved >= 0 && reserved < callsMax, "from 0, and less than calls-max");
        valid("waiting-max", waitingMax >= 0, "from 0");
        valid("wait-max", waitMax.isPositive(), "positive");
        valid("targets-max", targetsMax > 0, "positive");
        valid("window", window > 0, "positive");
        valid("failures-percent", failuresPercent > 0 && failuresPercent <= 100, "from 1 to 100");
        valid("open-for", openFor.isPositive(), "positive");
        valid("probes", probes > 0, "positive");
    }

    private static void valid(String setting, boolean isValid, String rule) {
        if (!isValid) {
            throw new IllegalArgumentException("ordersaga.coordinator.targets." + setting + " must be " + rule);
        }
    }
}
