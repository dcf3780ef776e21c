package io.ordersaga.bench.lab;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.EmbeddedDatabase;
import io.ordersaga.stack.JvmSettings;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.ProgramFiles;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.StartupCaches;
import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.ProcessSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Starts the processes of one run and leaves none behind, also when the run is interrupted. Thread-safe.
public final class Lab implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    /// As durable as MySQL's own defaults: every commit is on disk and in the binary log before it is acknowledged.
    private static final List<String> DURABLE = List.of(
            "--innodb-flush-log-at-trx-commit=1",
            "--log-bin=binlog",
            "--sync-binlog=1",
            "--binlog-format=ROW",
            "--server-id=1",
            "--innodb-buffer-pool-size=512M");

    private final Path root;
    private final LabFolder folder;
    private final ChildProcesses processes = new ChildProcesses();
    private final AtomicReference<EmbeddedDatabase> embedded = new AtomicReference<>();
    private final int databasePort = Ports.freePort();
    private final Thread interrupted = new Thread(processes::close, "stop-all");

    public Lab(Path root, LabFolder folder) {
        this.root = root;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    public LabFolder folder() {
        return folder;
    }

    /// The embedded database, durable; started now, and again after it was killed, on the same data and port.
    public Server startDatabase() {
        EmbeddedDatabase.Settings settings = new EmbeddedDatabase.Settings(
                        folder.server(),
                        folder.run().resolve("data"),
                        folder.log("database").path(),
                        databasePort,
                        "bench",
                        folder.pidFile("database"))
                .withOptions(DURABLE);
        EmbeddedDatabase database = EmbeddedDatabase.start(settings, processes);
        embedded.set(database);
        return new Server("127.0.0.1", database.port(), "root", "bench");
    }

    /// The process of the embedded database; empty when the run uses a server of the user's.
    public Optional<ChildProcess> database() {
        return Optional.ofNullable(embedded.get()).map(EmbeddedDatabase::child);
    }

    /// A coordinator of the last build, ready to serve.
    public CoordinatorProcess startCoordinator(CoordinatorSettings settings) {
        StackSettings stack = StackSettings.of(root)
                .withFolder(folder.programs())
                .withJvm(new JvmSettings(settings.jvmFlags(), settings.startupCache()));
        Path jar = new ProgramFiles(stack, processes).unpacked(Component.COORDINATOR);
        StartupCaches caches = new StartupCaches(stack, processes);
        if (caches.missing(jar)) {
            var _ = caches.train(Component.COORDINATOR, jar, settings.environment());
        }
        List<String> command = new ArrayList<>(List.of(ProgramFiles.java()));
        command.addAll(stack.jvm().commandFlags());
        caches.flag(jar).ifPresent(command::add);
        command.addAll(settings.moreFlags());
        command.addAll(List.of("-jar", jar.toString()));
        ChildProcess child = start(settings.name(), command, settings.environment());
        CoordinatorProcess coordinator = new CoordinatorProcess(child, settings);
        child.awaitReady(coordinator::ready, READY_LIMIT);
        return coordinator;
    }

    /// A program of this module as a process of its own.
    ///
    /// @param flags of the JVM
    public ChildProcess startMain(
            String name, Class<?> main, List<String> flags, Map<String, String> environment, BooleanSupplier ready) {
        List<String> command = new ArrayList<>(List.of(
                ProgramFiles.java(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xshare:auto"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        ChildProcess child = start(name, command, environment);
        child.awaitReady(ready, READY_LIMIT);
        return child;
    }

    private ChildProcess start(String name, List<String> command, Map<String, String> environment) {
        return processes.start(
                new ProcessSpec(name, command, environment, folder.log(name), folder.pidFile(name), STOP_LIMIT));
    }

    /// Whether somebody on this machine takes connections at this port.
    public static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /// Stops everything, the database last.
    @Override
    public void close() {
        Optional<ChildProcess> database = database();
        ChildProcesses.stopTogether(processes.alive().stream()
                .filter(child -> database.filter(child::equals).isEmpty())
                .toList());
        processes.close();
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The hook is what runs at this moment.
            return;
        }
    }
}
