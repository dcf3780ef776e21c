package io.ordersaga.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Remembers on disk which process was started, for another terminal and for the time after a crash.
public record PidFile(Path path) {
    public void write(ProcessIdentity identity) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, identity.pid() + "\n" + identity.start() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The pid file " + path + " could not be written", e);
        }
    }

    /// The process when it is still running.
    public Optional<ProcessIdentity> running() {
        return read().filter(ProcessIdentity::alive);
    }

    /// Removes the file when it still names this process: a successor's file stays.
    public void deleteIf(ProcessIdentity identity) {
        if (read().filter(identity::equals).isPresent()) {
            delete();
        }
    }

    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("The pid file " + path + " could not be deleted", e);
        }
    }

    private Optional<ProcessIdentity> read() {
        try {
            List<String> lines = Files.exists(path) ? Files.readAllLines(path) : List.of();
            return lines.size() == 2
                    ? Optional.of(new ProcessIdentity(Long.parseLong(lines.get(0)), lines.get(1)))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            // Deleted or half written at this moment: it names no process that could be acted on.
            return Optional.empty();
        }
    }
}
