package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which process of this machine a database server is, by the file in which it notes its number.
final class PidFiles {
    private PidFiles() {}

    /// Empty for a server on another machine.
    static Optional<Long> of(Server server) {
        Path file = Path.of(server.rows("", "SELECT @@pid_file").getFirst().getFirst());
        try {
            return Files.isReadable(file)
                    ? Optional.of(Long.parseLong(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            // Somebody else's file: the figure is left out.
            return Optional.empty();
        }
    }
}
