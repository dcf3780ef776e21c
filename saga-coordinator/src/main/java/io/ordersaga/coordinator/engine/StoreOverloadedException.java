package io.ordersaga.coordinator.engine;

import java.io.Serial;
import java.time.Duration;

/// Too much waits to be written: the store took nothing of what it was asked.
public final class StoreOverloadedException extends StoreUnavailableException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public StoreOverloadedException(Duration retryAfter) {
        super("too much waits to be written, come again in " + retryAfter.toMillis() + " ms", null);
        this.retryAfter = retryAfter;
    }

    /// When there will probably be room.
    public Duration retryAfter() {
        return retryAfter;
    }
}
