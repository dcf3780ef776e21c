package io.ordersaga.coordinator.admin.alert;

import io.ordersaga.kit.SealingSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Alerts: `ordersaga.coordinator.admin.alert`.
///
/// @param every how often it is looked whether there is something to tell
/// @param recoverAfter an alert is over when its rule found nothing for so long: what comes and goes is
///     one alert
/// @param failingAttempts a roll-back fails when it got no definite answer so many times in a row
/// @param endedMin with fewer transactions that ended within its window, the rule about failures finds
///     nothing
/// @param openMax transactions without an end that are looked at, the oldest first
/// @param alertsMax alerts that are on at once; more are not told of
/// @param subscribersMax who may be told
/// @param deadline of one notice
/// @param retryFirst wait after a notice that was not received; doubled with each further one
/// @param retryMax longest wait
/// @param attemptsMax after so many a notice is given up
/// @param keptFor how long an alert that is over is listed
/// @param allowHttp whether notices may go without TLS
/// @param allowPrivate whether they may go into the own network
/// @param sealing the keys that subscribers' secrets are kept with; without one nobody can be added
public record AlertSettings(
        @DefaultValue("15s") Duration every,
        @DefaultValue("30s") Duration recoverAfter,
        @DefaultValue("5") int failingAttempts,
        @DefaultValue("20") int endedMin,
        @DefaultValue("10000") int openMax,
        @DefaultValue("100") int alertsMax,
        @DefaultValue("20") int subscribersMax,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("5s") Duration retryFirst,
        @DefaultValue("10m") Duration retryMax,
        @DefaultValue("20") int attemptsMax,
        @DefaultValue("30d") Duration keptFor,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("false") boolean allowPrivate,
        @DefaultValue SealingSettings sealing) {

    public AlertSettings {
        positive("every", every);
        positive("recover-after", recoverAfter);
        positive("deadline", deadline);
        positive("retry-first", retryFirst);
        positive("kept-for", keptFor);
        positive("failing-attempts", failingAttempts);
        positive("ended-min", endedMin);
        positive("open-max", openMax);
        positive("alerts-max", alertsMax);
        positive("subscribers-max", subscribersMax);
        positive("attempts-max", attemptsMax);
        if (retryMax.compareTo(retryFirst) < 0) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.admin.alert.retry-max must not be less than " + "retry-first");
        }
    }

    /// The wait after so many attempts.
    Duration after(int attempts) {
        Duration wait = retryFirst.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        return wait.compareTo(retryMax) < 0 ? wait : retryMax;
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.alert." + key + " must be positive");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.alert." + key + " must be positive");
        }
    }
}
