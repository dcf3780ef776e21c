package io.ordersaga.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Everything that can be chosen about a local stack.
///
/// @param root the project's root folder, in which the modules' jars are found
/// @param folder where data, logs and pid files go
/// @param ports what the programs listen on, all on loopback
/// @param databaseUrl a server of the user's instead of the embedded one
/// @param profile the programs' Spring profile; `demo` brings the seed rows
/// @param branches how the coordinator calls the branches of new sagas
/// @param jvm how the programs' JVMs run
public record StackSettings(
        Path root,
        StackFolder folder,
        Ports ports,
        Optional<String> databaseUrl,
        String profile,
        Transport branches,
        JvmSettings jvm) {
    /// From start to ready, for one program, on a machine that is busy with something else too.
    public static final Duration READY_LIMIT = Duration.ofMinutes(2);

    /// From SIGTERM to SIGKILL. The programs give their own requests 10 s to end.
    static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    /// The usual ones: `.local/` in the project, default ports, embedded database, demo rows.
    public static StackSettings of(Path root) {
        return new StackSettings(
                root.toAbsolutePath(),
                new StackFolder(root.resolve(".local")),
                Ports.defaults(),
                Optional.empty(),
                "demo",
                Transport.GRPC,
                JvmSettings.fastStart());
    }

    public StackSettings withFolder(StackFolder other) {
        return new StackSettings(root, other, ports, databaseUrl, profile, branches, jvm);
    }

    public StackSettings withPorts(Ports other) {
        return new StackSettings(root, folder, other, databaseUrl, profile, branches, jvm);
    }

    public StackSettings withDatabase(Optional<String> url) {
        return new StackSettings(root, folder, ports, url, profile, branches, jvm);
    }

    public StackSettings withProfile(String other) {
        return new StackSettings(root, folder, ports, databaseUrl, other, branches, jvm);
    }

    public StackSettings withBranches(Transport other) {
        return new StackSettings(root, folder, ports, databaseUrl, profile, other, jvm);
    }

    public StackSettings withJvm(JvmSettings other) {
        return new StackSettings(root, folder, ports, databaseUrl, profile, branches, other);
    }
}
