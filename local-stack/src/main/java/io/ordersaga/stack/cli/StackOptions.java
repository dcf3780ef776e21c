package io.ordersaga.stack.cli;

import io.ordersaga.stack.StackFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which stack a command is about.
final class StackOptions {
    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where data, logs and pid files are (default: .local in the project).")
    private @Nullable Path folder;

    /// The project, told by the launcher script.
    Path root() {
        return Path.of(System.getProperty("ordersaga.root", "."))
                .toAbsolutePath()
                .normalize();
    }

    StackFolder folder() {
        return new StackFolder(folder == null ? root().resolve(".local") : folder);
    }
}
