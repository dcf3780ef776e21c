package io.ordersaga.coordinator.engine;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The store did not answer, or not in time: whether it did what it was asked is unknown.
public class StoreUnavailableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
