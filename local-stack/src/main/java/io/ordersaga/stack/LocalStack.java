package io.ordersaga.stack;

import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.ProcessSpec;
import io.ordersaga.stack.process.StartFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The database and the six programs as processes of this machine, started in order and stopped in reverse.
///
/// Start it once. Programs may then be killed and started one by one, from any thread; [#close] leaves no process
/// behind, also when it comes in the middle of a start.
public final class LocalStack implements AutoCloseable {
    private static final int UNPACKINGS_AT_ONCE = 2;

    private final StackSettings settings;
    private final Consumer<String> progress;
    private final ChildProcesses processes = new ChildProcesses();
    private final Map<Component, ChildProcess> children = new ConcurrentHashMap<>();
    private final Set<Component> starting = ConcurrentHashMap.newKeySet();
    private final FolderLock lock;
    private final ProgramFiles files;
    private final StartupCaches caches;
    private volatile @Nullable Topology topology;

    private LocalStack(StackSettings settings, Consumer<String> progress, FolderLock lock) {
        this.settings = settings;
        this.progress = progress;
        this.lock = lock;
        this.files = new ProgramFiles(settings, processes);
        this.caches = new StartupCaches(settings, processes);
    }

    /// Takes possession of the folder; nothing is started yet.
    ///
    /// @param progress gets a line for a person at each step, and when a program ends by itself
    /// @throws StartFailure when another stack uses the folder
    public static LocalStack open(StackSettings settings, Consumer<String> progress) {
        return new LocalStack(settings, progress, FolderLock.acquire(settings.folder()));
    }

    /// Starts everything and returns when all of it is ready.
    ///
    /// @throws StartFailure when something does not start; what had started is stopped again
    public void start() {
        start(false, Map.of());
    }

    /// The same with an empty database and new passwords.
    public void startFresh() {
        startFresh(Map.of());
    }

    /// The same with what single programs have on top of their usual settings.
    public void startFresh(Map<Component, Overrides> overrides) {
        start(true, overrides);
    }

    private void start(boolean fresh, Map<Component, Overrides> overrides) {
        try {
            stopLeftovers();
            settings.ports().requireFree(portsToUse());
            if (fresh) {
                eraseData();
            }
            Secrets secrets = new Secrets(settings.folder().secrets());
            DatabaseServer server = database(secrets);
            topology = new Topology(settings, server, secrets);
            timed("schemas", () -> server.createSchemas(secrets));
            server.auditor(secrets).write(settings.folder().auditor(), "For audits: may read every schema.");
            timed("program files", this::unpackPrograms);
            InParallel.run(
                    Component.programs().stream()
                            .<Runnable>map(program -> () -> timed(
                                    program.label(),
                                    () -> startProgram(program, overrides.getOrDefault(program, Overrides.NONE))))
                            .toList(),
                    Component.values().length);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Starts one component that is not running, and returns when it is ready.
    ///
    /// @throws StartFailure when it does not start, or is running already
    public void start(Component component, Overrides overrides) {
        if (!starting.add(component)) {
            throw new StartFailure(component.label() + " is being started already");
        }
        try {
            if (running(component)) {
                throw new StartFailure(component.label() + " is already running");
            }
            settings.ports().requireFree(portsOf(component));
            if (component == Component.DATABASE) {
                startEmbedded(new Secrets(settings.folder().secrets()));
            } else {
                startProgram(component, overrides);
            }
        } finally {
            starting.remove(component);
        }
    }

    /// SIGKILL: the process gets no chance to finish anything.
    public void kill(Component component) {
        Optional.ofNullable(children.get(component)).ifPresent(ChildProcess::kill);
    }

    /// SIGTERM, and SIGKILL when that does not help in time.
    public void stop(Component component) {
        Optional.ofNullable(children.get(component)).ifPresent(ChildProcess::stop);
    }

    public boolean running(Component component) {
        ChildProcess child = children.get(component);
        return child != null && child.alive();
    }

    /// True when the process of this component ended within the limit, for whatever reason.
    public boolean awaitEnd(Component component, Duration limit) {
        ChildProcess child = children.get(component);
        return child == null || child.identity().awaitEnd(limit);
    }

    public LogFile log(Component component) {
        return settings.folder().log(component);
    }

    /// Base URL of a port that speaks HTTP.
    public URI url(Port port) {
        return URI.create("http://127.0.0.1:" + settings.ports().get(port));
    }

    /// The account with which a program reaches its own schema.
    ///
    /// @throws IllegalArgumentException for a component without a schema
    public Account account(Component component) {
        return started()
                .account(Topology.schema(component)
                        .orElseThrow(() -> new IllegalArgumentException(component.label() + " owns no schema")));
    }

    /// The account that may read every schema and change none.
    public Account auditor() {
        return started().auditor();
    }

    /// The account that made the schemas, for what no program may do.
    public Account administrator() {
        return started().administrator();
    }

    public StackSettings settings() {
        return settings;
    }

    /// Makes the start-up caches that are missing, one after the other and with little claim to the processor. To be
    /// called when everything is ready: the caches serve later starts. Ends early when the stack is closed.
    public void makeStartupCaches() {
        List<Component> untrained = Component.programs().stream()
                .filter(program -> caches.missing(files.unpacked(program)))
                .toList();
        if (untrained.isEmpty()) {
            return;
        }
        progress.accept("making start-up caches in the background, once per build, for faster starts from now on");
        for (Component program : untrained) {
            long began = System.nanoTime();
            Optional<String> problem =
                    caches.train(program, files.unpacked(program), started().environment(program));
            if (processes.closing()) {
                return;
            }
            progress.accept(problem.map(text -> "no start-up cache for " + program.label() + ": " + text)
                    .orElseGet(() -> timeOf("cache of " + program.label(), began)));
        }
    }

    /// Keeps the logs small; to be called now and then.
    public void boundLogs() {
        Arrays.stream(Component.values()).map(this::log).forEach(LogFile::bound);
    }

    /// Whether there is anything left to stop.
    public boolean closed() {
        return processes.closing() && processes.alive().isEmpty();
    }

    /// Stops everything, the database last. May be called from any thread, more than once.
    @Override
    public void close() {
        processes.refuse();
        ChildProcess database = children.get(Component.DATABASE);
        ChildProcesses.stopTogether(processes.alive().stream()
                .filter(child -> !child.equals(database))
                .toList());
        processes.close();
        lock.close();
    }

    /// Only a supervisor that was killed leaves processes behind; they would hold the ports and the data.
    private void stopLeftovers() {
        List<Component> lastFirst = new ArrayList<>(List.of(Component.values())).reversed();
        for (Component component : lastFirst) {
            settings.folder().pidFile(component).running().ifPresent(process -> {
                progress.accept("stopping " + component.label() + " (process " + process.pid()
                        + "), left behind by a supervisor that was killed");
                process.stop(StackSettings.STOP_LIMIT);
            });
        }
    }

    private void eraseData() {
        if (settings.databaseUrl().isPresent()) {
            throw new StartFailure("--fresh is for the embedded database: on a server of yours, "
                    + "drop the schemas ordersaga_order, _stock, _coupon, _pay and _saga yourself");
        }
        Folders.delete(settings.folder().data());
        Folders.delete(settings.folder().secrets());
    }

    private DatabaseServer database(Secrets secrets) {
        if (settings.databaseUrl().isPresent()) {
            return DatabaseServer.given(settings.databaseUrl().get());
        }
        timed(Component.DATABASE.label(), () -> startEmbedded(secrets));
        return DatabaseServer.embedded(settings.ports().get(Port.DATABASE), secrets.get(Secrets.ROOT));
    }

    private void startEmbedded(Secrets secrets) {
        StackFolder folder = settings.folder();
        EmbeddedDatabase database = EmbeddedDatabase.start(
                new EmbeddedDatabase.Settings(
                        folder.server(),
                        folder.data(),
                        folder.log(Component.DATABASE).path(),
                        settings.ports().get(Port.DATABASE),
                        secrets.get(Secrets.ROOT),
                        folder.pidFile(Component.DATABASE)),
                processes);
        watch(Component.DATABASE, database.child());
    }

    private void unpackPrograms() {
        InParallel.run(
                Component.programs().stream()
                        .<Runnable>map(program -> () -> files.unpacked(program))
                        .toList(),
                UNPACKINGS_AT_ONCE);
    }

    private void startProgram(Component program, Overrides overrides) {
        Path jar = files.unpacked(program);
        List<String> command = new ArrayList<>(List.of(ProgramFiles.java()));
        command.addAll(settings.jvm().commandFlags());
        caches.flag(jar).ifPresent(command::add);
        command.addAll(overrides.jvmFlags());
        command.addAll(List.of("-jar", jar.toString()));
        Map<String, String> environment = new TreeMap<>(started().environment(program));
        environment.putAll(overrides.environment());
        ChildProcess child = processes.start(new ProcessSpec(
                program.label(),
                command,
                environment,
                settings.folder().log(program),
                settings.folder().pidFile(program),
                StackSettings.STOP_LIMIT));
        watch(program, child);
        child.awaitReady(Readiness.of(program, settings.ports()), StackSettings.READY_LIMIT);
    }

    private void watch(Component component, ChildProcess child) {
        children.put(component, child);
        var _ = child.onExit().thenAccept(code -> {
            if (!processes.closing()) {
                progress.accept("%s ended with exit code %d; start it again with ./ordersaga start %s (log: %s)"
                        .formatted(
                                component.label(),
                                code,
                                component.label(),
                                log(component).path()));
            }
        });
    }

    private Topology started() {
        Topology known = topology;
        if (known == null) {
            throw new StartFailure("The database has not been started yet");
        }
        return known;
    }

    private List<Port> portsToUse() {
        return Arrays.stream(Port.values())
                .filter(port -> port != Port.DATABASE || settings.databaseUrl().isEmpty())
                .toList();
    }

    private static List<Port> portsOf(Component component) {
        return Arrays.stream(Port.values())
                .filter(port -> port.component() == component)
                .toList();
    }

    private void timed(String what, Runnable step) {
        long began = System.nanoTime();
        step.run();
        progress.accept(timeOf(what, began));
    }

    private static String timeOf(String what, long began) {
        return "%-20s %5.1f s"
                .formatted(what, Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    }
}
