package io.ordersaga.audit;

/// The audit could not be done, so that nothing is known: the server did not answer, refused, or took too long.
public final class AuditFailedException extends RuntimeException {
    AuditFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
