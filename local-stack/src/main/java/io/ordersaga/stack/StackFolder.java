package io.ordersaga.stack;

import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.PidFile;
import java.nio.file.Path;

/// The folder of one local stack, `.local/` unless told otherwise, and what lies where in it.
///
/// @param server the unpacked database server, which several stacks may share
public record StackFolder(Path path, Path server) {
    public StackFolder {
        path = path.toAbsolutePath().normalize();
        server = server.toAbsolutePath().normalize();
    }

    public StackFolder(Path path) {
        this(path, path.resolve("mariadb"));
    }

    public LogFile log(Component component) {
        return new LogFile(path.resolve("logs").resolve(component.label() + ".log"));
    }

    /// What `up --detach` prints after it returned.
    public LogFile supervisorLog() {
        return new LogFile(path.resolve("logs/up.log"));
    }

    public PidFile pidFile(Component component) {
        return new PidFile(path.resolve("run").resolve(component.label() + ".pid"));
    }

    /// Names the process that holds the lock, or held it last.
    public PidFile supervisor() {
        return new PidFile(path.resolve("run/supervisor.pid"));
    }

    /// Written by the supervisor for commands from other terminals.
    public Path runFile() {
        return path.resolve("run/supervisor.properties");
    }

    /// The [Account] that audits of this stack use; written at every start.
    public Path auditor() {
        return path.resolve("run/auditor.properties");
    }

    /// Held by the supervisor as long as it lives.
    Path lock() {
        return path.resolve("run/lock");
    }

    /// The data of the embedded database: the one folder that matters.
    Path data() {
        return path.resolve("data");
    }

    public Path secrets() {
        return path.resolve("secrets.properties");
    }

    /// The unpacked programs with their start-up caches.
    Path programs() {
        return path.resolve("programs");
    }
}
