package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// What only some modes have.
///
/// @param source digest of what was submitted, when the definition was made of it and is not the same: topics by
///     name have become their subscribers; empty otherwise
/// @param delay how long after its submit a message is delivered
/// @param customData as it was submitted, of a workflow; shown and never read
/// @param result what a workflow ended with
public record Extras(Bytes source, Duration delay, String customData, Bytes result) {

    public static final Extras NONE = new Extras(Bytes.EMPTY, Duration.ZERO, "", Bytes.EMPTY);

    public Extras {
        if (delay.isNegative()) {
            throw new InvalidSagaException("custom_data.delay", "must not be negative");
        }
    }

    public static Extras delayedBy(Duration delay) {
        return delay.isZero() ? NONE : new Extras(Bytes.EMPTY, delay, "", Bytes.EMPTY);
    }

    public static Extras ofCustomData(String customData) {
        return new Extras(Bytes.EMPTY, Duration.ZERO, customData, Bytes.EMPTY);
    }

    Extras withSource(Bytes changed) {
        return new Extras(changed, delay, customData, result);
    }

    Extras withResult(Bytes changed) {
        return new Extras(source, delay, customData, changed);
    }

    Extras withDelay(Duration changed) {
        return new Extras(source, changed, customData, result);
    }
}
