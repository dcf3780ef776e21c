package io.ordersaga.coordinator.engine;

import java.io.Serial;

/// What was submitted can never run; names the field that says so. Nothing has been stored.
public final class InvalidSagaException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String field;

    public InvalidSagaException(String field, String description) {
        super(description);
        this.field = field;
    }

    public String field() {
        return field;
    }

    public String description() {
        return String.valueOf(getMessage());
    }
}
