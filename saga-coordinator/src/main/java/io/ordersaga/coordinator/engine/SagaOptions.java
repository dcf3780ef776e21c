package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// What a submitter may tune. Zero means: the coordinator's setting, or no limit.
public record SagaOptions(Duration retryInterval, Duration requestTimeout, Duration timeoutToFail, int retryLimit) {

    public static final SagaOptions DEFAULT = new SagaOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);

    public SagaOptions {
        notNegative("retry_interval", retryInterval.isNegative());
        notNegative("request_timeout", requestTimeout.isNegative());
        notNegative("timeout_to_fail", timeoutToFail.isNegative());
        notNegative("retry_limit", retryLimit < 0);
    }

    private static void notNegative(String field, boolean negative) {
        if (negative) {
            throw new InvalidSagaException(field, "must not be negative");
        }
    }
}
