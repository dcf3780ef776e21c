package io.ordersaga.pay;

/// A notice is not of the form that its provider uses.
public final class UnreadableNoticeException extends RuntimeException {
    public UnreadableNoticeException(String message) {
        super(message);
    }
}
