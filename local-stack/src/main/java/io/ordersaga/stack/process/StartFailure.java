package io.ordersaga.stack.process;

/// Something could not be started. The message is written for the person at the terminal: what, why, what to do.
public final class StartFailure extends RuntimeException {
    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
