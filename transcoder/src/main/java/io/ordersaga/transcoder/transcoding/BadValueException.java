package io.ordersaga.transcoder.transcoding;

/// A value that its field cannot take. Caught where the field's path is known, so it carries no stack trace.
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1;

    private final String description;

    BadValueException(String description) {
        super(description, null, false, false);
        this.description = description;
    }

    String description() {
        return description;
    }
}
