package io.ordersaga.order.flow;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of what happens to an order after it was placed.
///
/// @param outcomeWait how long a request waits for the end of the saga that it began
@ConfigurationProperties(prefix = "ordersaga.order-flow", ignoreUnknownFields = false)
record FlowConfig(
        @DefaultValue("2s") Duration outcomeWait,
        @DefaultValue Timers timers,
        @DefaultValue Sweep sweep) {
    FlowConfig {
        positive("outcome-wait", outcomeWait);
    }

    /// @param interval between two looks for orders whose time has come
    /// @param batch orders per transaction
    /// @param completeAfter how long after its shipping an order counts as received
    /// @param pause how long an order that could not be cancelled, because its payment is just
    ///     arriving, is left alone
    record Timers(
            @DefaultValue("1s") Duration interval,
            @DefaultValue("100") int batch,
            @DefaultValue("15d") Duration completeAfter,
            @DefaultValue("30s") Duration pause) {
        Timers {
            positive("timers.interval", interval);
            check(batch > 0, "timers.batch", batch);
            positive("timers.complete-after", completeAfter);
            positive("timers.pause", pause);
        }
    }

    /// @param age how long a cancellation or refund is under way before its saga is submitted again;
    ///     well above `outcome-wait`
    /// @param interval between two sweeps
    /// @param batch of each kind per sweep at most
    record Sweep(
            @DefaultValue("30s") Duration age,
            @DefaultValue("5s") Duration interval,
            @DefaultValue("100") int batch) {
        Sweep {
            positive("sweep.age", age);
            positive("sweep.interval", interval);
            check(batch > 0, "sweep.batch", batch);
        }
    }

    private static void positive(String key, Duration value) {
        check(value.isPositive(), key, value);
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.order-flow." + key + " must not be '" + value + "'");
        }
    }
}
