package io.ordersaga.coordinator.engine;

/// The name of a saga, chosen by its submitter and equal only byte for byte.
///
/// A gid travels as gRPC metadata, where anything but printable ASCII is mangled and blanks at the ends are
/// trimmed. Two gids that a participant cannot tell apart would share one barrier row and lose an effect, so
/// such gids are refused.
public record Gid(String value) {

    public static final int LENGTH_MAX = 128;

    public Gid {
        if (value.isEmpty()) {
            throw new InvalidSagaException("gid", "must not be empty");
        }
        if (value.length() > LENGTH_MAX) {
            throw new InvalidSagaException("gid", "must be at most " + LENGTH_MAX + " characters long");
        }
        for (int index = 0; index < value.length(); index++) {
            if (value.charAt(index) < ' ' || value.charAt(index) > '~') {
                throw new InvalidSagaException("gid", "must be printable ASCII");
            }
        }
        if (value.startsWith(" ") || value.endsWith(" ")) {
            throw new InvalidSagaException("gid", "must not begin or end with a blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
