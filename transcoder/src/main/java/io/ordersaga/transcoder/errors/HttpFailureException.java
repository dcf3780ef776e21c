package io.ordersaga.transcoder.errors;

/// Carries a failure to the border of the pipeline; it was decided, not met, so it has no stack trace.
public final class HttpFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient HttpFailure failure;

    HttpFailureException(HttpFailure failure) {
        super(failure.status().getMessage(), null, false, false);
        this.failure = failure;
    }

    public HttpFailure failure() {
        return failure;
    }
}
