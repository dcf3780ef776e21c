package io.ordersaga.stack.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A running process that this JVM started.
public final class ChildProcess {
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
    private static final int ERROR_LINES = 12;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /// A program's settings come from its spec alone: the same words in the caller's shell were meant for another.
    private static final List<String> NOT_INHERITED = List.of(
            "SPRING_", "MANAGEMENT_", "SERVER_", "LOGGING_", "ORDERSAGA_", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private final ProcessSpec spec;
    private final Process process;
    private final ProcessIdentity identity;
    private final long logStart;

    private ChildProcess(ProcessSpec spec, Process process, long logStart) {
        this.spec = spec;
        this.process = process;
        this.identity = ProcessIdentity.of(process.toHandle());
        this.logStart = logStart;
    }

    static ChildProcess start(ProcessSpec spec) {
        Path log = spec.log().path().toAbsolutePath();
        Path folder = Objects.requireNonNull(log.getParent());
        try {
            Files.createDirectories(folder);
            spec.log().bound();
            ProcessBuilder builder = new ProcessBuilder(inOwnSession(spec.command()))
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(ChildProcess::isNotInherited);
            builder.environment().putAll(spec.environment());
            long logStart = spec.log().size();
            ChildProcess child = new ChildProcess(spec, builder.start(), logStart);
            spec.pidFile().write(child.identity);
            return child;
        } catch (IOException e) {
            throw new StartFailure(spec.name() + " could not be started: " + e.getMessage(), e);
        }
    }

    public ProcessSpec spec() {
        return spec;
    }

    public Process process() {
        return process;
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public boolean alive() {
        return identity.alive();
    }

    /// Completes with the exit code when the process ends, however it ends.
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /// Returns when the probe says that the program is ready.
    ///
    /// @throws StartFailure when it ends first or takes too long; the message names the log and its last errors
    public void awaitReady(BooleanSupplier probe, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!probe.getAsBoolean()) {
            if (endsWithin(PROBE_INTERVAL)) {
                throw failure("ended with exit code " + process.exitValue() + " before it was ready");
            }
            if (System.nanoTime() >= end) {
                throw failure("was not ready within " + limit.toSeconds() + " s");
            }
        }
    }

    /// Returns when the process has ended well.
    public void awaitSuccess(Duration limit) {
        if (!endsWithin(limit)) {
            stop();
            throw failure("did not end within " + limit.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /// Ends the process, by force when it does not end within the limit of its spec.
    public void stop() {
        identity.stop(spec.stopLimit());
        spec.pidFile().deleteIf(identity);
    }

    public void kill() {
        identity.kill();
        spec.pidFile().deleteIf(identity);
    }

    private boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Interrupted while " + spec.name() + " was starting", e);
        }
    }

    private StartFailure failure(String what) {
        List<String> errors = spec.log().errorsSince(logStart, ERROR_LINES);
        String lines = errors.isEmpty() ? "which is empty" : "which ends:\n  " + String.join("\n  ", errors);
        return new StartFailure("%s %s; its log is %s, %s"
                .formatted(spec.name(), what, spec.log().path(), lines));
    }

    private static boolean isNotInherited(String variable) {
        return NOT_INHERITED.stream().anyMatch(variable::startsWith);
    }

    /// Ctrl-C reaches every process of the terminal's foreground group; ours are stopped by us, in order.
    private static List<String> inOwnSession(List<String> command) {
        if (!Files.isExecutable(SETSID)) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of(SETSID.toString()));
        wrapped.addAll(command);
        return wrapped;
    }
}
