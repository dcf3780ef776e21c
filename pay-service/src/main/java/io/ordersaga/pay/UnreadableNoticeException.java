package io.ordersaga.pay;

/// A notice is not of the form that its provider uses.
final class UnreadableNoticeException extends RuntimeException {
    UnreadableNoticeException(String message) {
        super(message);
    }
}
