package io.ordersaga.transcoder.transcoding;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where in a request a value stands. Written out only when something is wrong there: `lines[0].quantity`.
record Location(@Nullable Location parent, String step) {
    private static final int NAME_LENGTH_MAX = 64;

    static final Location ROOT = new Location(null, "");

    Location field(String name) {
        return new Location(this, (step.isEmpty() && parent == null ? "" : ".") + shortened(name));
    }

    Location element(int index) {
        return new Location(this, "[" + index + "]");
    }

    Location key(String key) {
        return new Location(this, "[\"" + shortened(key) + "\"]");
    }

    @Override
    public String toString() {
        return parent == null ? step : parent + step;
    }

    private static String shortened(String name) {
        String shown = name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX) + "...";
        // A client's name goes back to the client; half of a surrogate pair could not be written.
        return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
