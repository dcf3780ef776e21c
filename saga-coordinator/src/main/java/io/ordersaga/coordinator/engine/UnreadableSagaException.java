package io.ordersaga.coordinator.engine;

import java.io.Serial;

/// What is stored of a saga says something that this coordinator does not understand. A newer one may.
public class UnreadableSagaException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public UnreadableSagaException(Gid gid, RuntimeException cause) {
        super("saga " + gid + " cannot be read: " + cause.getMessage(), cause);
    }
}
