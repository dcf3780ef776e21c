package io.ordersaga.stack;

import java.util.Arrays;
import java.util.Locale;

/// How the coordinator calls the branches of the shop's sagas. The services serve them both ways.
public enum Transport {
    GRPC,
    HTTP;

    /// The word that people type, and the programs' settings have.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The transport of this label.
    ///
    /// @throws IllegalArgumentException naming the choices
    public static Transport named(String label) {
        return Arrays.stream(values())
                .filter(transport -> transport.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + label + "' is no transport: it is grpc or http"));
    }
}
