package io.ordersaga.bench;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What grpc-java says about connections that break. Here they are broken on purpose.
final class NetworkLog {
    /// Kept, because the registry of loggers forgets those that nobody holds.
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private NetworkLog() {}

    static void silence() {
        GRPC.setLevel(Level.OFF);
    }
}
