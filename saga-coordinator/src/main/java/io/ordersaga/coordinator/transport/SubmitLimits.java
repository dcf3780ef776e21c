package io.ordersaga.coordinator.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What may be submitted, and how long a submitter may stay on the line.
///
/// @param stepsMax steps of one saga
/// @param sagaBytesMax URLs, payloads and headers of one saga together
/// @param headerBytesMax branch headers of one saga together; they travel with every call beside our own
/// @param intervalMax longest retry interval, request timeout and timeout to fail
/// @param acceptMax how long storing a saga may take before the submitter is told to come again
/// @param waitMax how long `wait_result` may wait for the end
public record SubmitLimits(
        @DefaultValue("1000") int stepsMax,
        @DefaultValue("3145728") int sagaBytesMax,
        @DefaultValue("2048") int headerBytesMax,
        @DefaultValue("366d") Duration intervalMax,
        @DefaultValue("5s") Duration acceptMax,
        @DefaultValue("30s") Duration waitMax) {

    public SubmitLimits {
        positive("steps-max", stepsMax > 0);
        positive("saga-bytes-max", sagaBytesMax > 0);
        positive("header-bytes-max", headerBytesMax > 0);
        positive("interval-max", intervalMax.isPositive());
        positive("accept-max", acceptMax.isPositive());
        positive("wait-max", waitMax.isPositive());
    }

    private static void positive(String setting, boolean isPositive) {
        if (!isPositive) {
            throw new IllegalArgumentException("ordersaga.coordinator.limits." + setting + " must be positive");
        }
    }
}
