package io.ordersaga.stack;

import io.ordersaga.stack.process.ChildProcesses;
import io.ordersaga.stack.process.ProcessSpec;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The JDK's ahead-of-time caches: a program's classes, loaded and linked in a training run, which cuts its start to
/// less than half. One per unpacked jar, JDK and set of flags; only ever a shortcut, never needed.
public final class StartupCaches {
    private static final Duration TRAINING_LIMIT = Duration.ofMinutes(10);

    private static final Path NICE = Path.of("/usr/bin/nice");
    private static final List<String> LOW_PRIORITY = List.of(NICE.toString(), "-n", "19");

    private final StackSettings settings;
    private final ChildProcesses processes;

    public StartupCaches(StackSettings settings, ChildProcesses processes) {
        this.settings = settings;
        this.processes = processes;
    }

    /// The flag that uses the cache of this jar, when there is one.
    public Optional<String> flag(Path jar) {
        Path cache = file(jar);
        return settings.jvm().startupCache() && Files.exists(cache)
                ? Optional.of("-XX:AOTCache=" + cache)
                : Optional.empty();
    }

    public boolean missing(Path jar) {
        return settings.jvm().startupCache() && !Files.exists(file(jar));
    }

    /// Runs the program up to the moment when it would start to serve, and makes a cache of what it had loaded by then.
    ///
    /// @return what went wrong, if anything: the program then starts without a cache
    public Optional<String> train(Component program, Path jar, Map<String, String> environment) {
        Path cache = file(jar);
        Path recording = cache.resolveSibling(cache.getFileName() + ".recording");
        Path unfinished = cache.resolveSibling(cache.getFileName() + ".part");
        try {
            // Two processes that we start ourselves: the JVM's way in one step starts a second one behind our back,
            // which nobody would stop.
            run(
                    program,
                    jar,
                    List.of(
                            "-XX:AOTMode=record",
                            "-XX:AOTConfiguration=" + recording,
                            "-Dspring.context.exit=onRefresh"),
                    environment);
            run(
                    program,
                    jar,
                    List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording, "-XX:AOTCache=" + unfinished),
                    Map.of());
            Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        } catch (StartFailure | IOException e) {
            return Optional.of(e.toString());
        } finally {
            Folders.delete(recording);
            Folders.delete(unfinished);
        }
    }

    private void run(Component program, Path jar, List<String> flags, Map<String, String> environment) {
        List<String> command = new ArrayList<>(Files.isExecutable(NICE) ? LOW_PRIORITY : List.of());
        command.add(ProgramFiles.java());
        command.addAll(settings.jvm().commandFlags());
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString()));
        ProcessSpec step = ProcessSpec.step(
                program.label() + "-training", command, settings.folder().path());
        processes.run(
                new ProcessSpec(step.name(), command, environment, step.log(), step.pidFile(), step.stopLimit()),
                TRAINING_LIMIT);
    }

    private Path file(Path jar) {
        String flags = Integer.toHexString(settings.jvm().commandFlags().hashCode());
        return jar.resolveSibling("start-" + System.getProperty("java.vm.version") + "-" + flags + ".aot");
    }
}
