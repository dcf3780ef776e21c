package io.ordersaga.order.webhook;

import io.ordersaga.kit.SealingSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of what leaves this service about orders.
///
/// @param endpointsMax webhook endpoints there may be
/// @param ordersMax orders that may wait for one endpoint; new events are not queued for it until fewer do
/// @param bodyBytesMax bytes of a request's body; the details of an event that would be larger are left out
/// @param allowHttp whether an endpoint may be `http://`
/// @param allowPrivate whether an endpoint may be inside the own network; only for trying things out
/// @param sealing the keys that endpoints' secrets are kept with; without one none can be added
/// @param keptFor how long a delivery that was received is listed
@ConfigurationProperties(prefix = "ordersaga.order-webhooks", ignoreUnknownFields = false)
record WebhookConfig(
        @DefaultValue("20") int endpointsMax,
        @DefaultValue("100000") int ordersMax,
        @DefaultValue("16384") int bodyBytesMax,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("false") boolean allowPrivate,
        @DefaultValue("7d") Duration keptFor,
        @DefaultValue Relay relay,
        @DefaultValue Sending sending,
        @DefaultValue Retry retry,
        @DefaultValue SealingSettings sealing) {
    WebhookConfig {
        check(endpointsMax > 0, "endpoints-max", endpointsMax);
        check(ordersMax > 0, "orders-max", ordersMax);
        check(bodyBytesMax >= 1024, "body-bytes-max", bodyBytesMax);
        positive("kept-for", keptFor);
    }

    /// @param interval between two looks into the outbox
    /// @param batch orders taken from it in one transaction
    record Relay(
            @DefaultValue("200ms") Duration interval,
            @DefaultValue("200") int batch) {
        Relay {
            positive("relay.interval", interval);
            check(batch > 0, "relay.batch", batch);
        }
    }

    /// @param interval between two looks for what is due
    /// @param atOnce orders of one endpoint that are being told at once by one replica
    /// @param deadline of one request, from the connection to the status
    /// @param tendInterval between two rounds of counting who waits and forgetting what was received
    ///     long ago
    record Sending(
            @DefaultValue("250ms") Duration interval,
            @DefaultValue("16") int atOnce,
            @DefaultValue("10s") Duration deadline,
            @DefaultValue("30s") Duration tendInterval) {
        Sending {
            positive("sending.interval", interval);
            positive("sending.deadline", deadline);
            positive("sending.tend-interval", tendInterval);
            check(atOnce > 0, "sending.at-once", atOnce);
        }

        /// How long a claimed line is left alone: who took it has sent its event by then, or is dead.
        Duration lease() {
            return deadline.multipliedBy(2).plusSeconds(5);
        }
    }

    /// @param first wait after the first failure; it doubles with each one
    /// @param max longest wait
    /// @param attempts after which an order's events for the endpoint are parked
    record Retry(
            @DefaultValue("5s") Duration first,
            @DefaultValue("1h") Duration max,
            @DefaultValue("15") int attempts) {
        Retry {
            positive("retry.first", first);
            check(max.compareTo(first) >= 0, "retry.max", max);
            check(attempts > 0 && attempts <= 1000, "retry.attempts", attempts);
        }

        /// The wait after so many failures, before jitter.
        Duration after(int failures) {
            int doublings = Math.min(failures - 1, 30);
            Duration wait = first.multipliedBy(1L << doublings);
            return wait.compareTo(max) < 0 ? wait : max;
        }
    }

    private static void positive(String key, Duration value) {
        check(value.isPositive(), key, value);
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.order-webhooks." + key + " must not be '" + value + "'");
        }
    }
}
