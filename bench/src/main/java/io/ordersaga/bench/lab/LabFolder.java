package io.ordersaga.bench.lab;

import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.PidFile;
import java.nio.file.Path;

/// Where one run keeps its data and logs.
///
/// @param run of this run alone, deleted after a good one
/// @param shared what runs share: the unpacked programs and their start-up caches
/// @param server the unpacked database server
public record LabFolder(Path run, Path shared, Path server) {
    /// Inside the project's `.local`.
    public static LabFolder in(Path root, String name) {
        Path local = root.resolve(".local");
        return new LabFolder(local.resolve("bench").resolve(name), local.resolve("bench"), local.resolve("mariadb"));
    }

    LogFile log(String process) {
        return new LogFile(run.resolve("logs").resolve(process + ".log"));
    }

    PidFile pidFile(String process) {
        return new PidFile(run.resolve("run").resolve(process + ".pid"));
    }

    StackFolder programs() {
        return new StackFolder(shared, server);
    }
}
