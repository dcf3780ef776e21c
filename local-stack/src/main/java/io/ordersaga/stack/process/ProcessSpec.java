package io.ordersaga.stack.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How to run one process.
///
/// @param name what people call it
/// @param command absolute paths: the process runs in the folder of its log
/// @param environment set on top of what is inherited; secrets belong here, never into the command
/// @param log where everything it prints goes
/// @param pidFile where other terminals find it
/// @param stopLimit how long it may take to end when asked to; then it is killed
public record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        LogFile log,
        PidFile pidFile,
        Duration stopLimit) {
    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// A short-lived step of the preparation, such as unpacking: named and logged like a program.
    public static ProcessSpec step(String name, List<String> command, Path folder) {
        return new ProcessSpec(
                name,
                command,
                Map.of(),
                new LogFile(folder.resolve("logs/" + name + ".log")),
                new PidFile(folder.resolve("run/" + name + ".pid")),
                Duration.ofSeconds(5));
    }
}
