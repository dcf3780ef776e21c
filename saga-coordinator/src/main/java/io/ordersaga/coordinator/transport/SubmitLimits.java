package io.ordersaga.coordinator.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What may be submitted, and how long a submitter may stay on the line. What is larger is refused, naming the
/// field and the limit; nothing is ever cut.
///
/// @param stepsMax steps of one saga
/// @param sagaBytesMax URLs, payloads and headers of one saga together
/// @param payloadBytesMax payload of one step
/// @param urlLengthMax characters of one URL
/// @param headersMax branch headers of one saga
/// @param headerBytesMax branch headers of one saga together; they travel with every call beside our own
/// @param customDataBytesMax `custom_data` of one saga
/// @param ordersMax pairs of steps in a saga's `orders`
/// @param subscribersMax subscribers of one topic
/// @param intervalMax longest retry interval, request timeout and timeout to fail
/// @param acceptMax how long storing a saga may take before the submitter is told to come again
/// @param waitMax how long `wait_result` may wait for the end
public record SubmitLimits(
        @DefaultValue("1000") int stepsMax,
        @DefaultValue("3145728") int sagaBytesMax,
        @DefaultValue("1048576") int payloadBytesMax,
        @DefaultValue("2048") int urlLengthMax,
        @DefaultValue("64") int headersMax,
        @DefaultValue("2048") int headerBytesMax,
        @DefaultValue("65536") int customDataBytesMax,
        @DefaultValue("10000") int ordersMax,
        @DefaultValue("100") int subscribersMax,
        @DefaultValue("366d") Duration intervalMax,
        @DefaultValue("5s") Duration acceptMax,
        @DefaultValue("30s") Duration waitMax) {

    public SubmitLimits {
        positive("steps-max", stepsMax > 0);
        positive("saga-bytes-max", sagaBytesMax > 0);
        positive("payload-bytes-max", payloadBytesMax > 0);
        positive("url-length-max", urlLengthMax > 0);
        positive("headers-max", headersMax > 0);
        positive("header-bytes-max", headerBytesMax > 0);
        positive("custom-data-bytes-max", customDataBytesMax > 0);
        positive("orders-max", ordersMax > 0);
        positive("subscribers-max", subscribersMax > 0);
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
