package io.ordersaga.coordinator.admin.query;

/// A filter that is not understood.
public final class FilterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int position;

    /// @param position of the character that is not understood, from 1; one more than there are at the end
    /// @param message what was expected, for people
    FilterException(int position, String message) {
        super(message, null, false, false);
        this.position = position;
    }

    public int position() {
        return position;
    }

    /// With the position.
    public String description() {
        return "at character " + position + ": " + getMessage();
    }
}
