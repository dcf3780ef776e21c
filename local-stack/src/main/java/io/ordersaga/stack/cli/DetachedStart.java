package io.ordersaga.stack.cli;

import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.Polling;
import io.ordersaga.stack.process.ProcessIdentity;
import io.ordersaga.stack.process.StartFailure;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Starts the supervisor in a session of its own, shows what it prints until everything is ready, and leaves it alone.
final class DetachedStart {
    /// Includes unpacking and making the start-up caches on a slow machine; each of these has its own, lower limit.
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final StackFolder folder;
    private final PrintWriter out;
    private long shown;

    DetachedStart(StackFolder folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    /// Starts it and waits.
    ///
    /// @param arguments those of this command line
    /// @return the exit code: 0 when everything is ready, otherwise the supervisor's
    int run(List<String> arguments) {
        LogFile log = folder.supervisorLog();
        Process supervisor = start(arguments, log);
        Thread stop = Thread.ofPlatform()
                .unstarted(() -> ProcessIdentity.of(supervisor.toHandle()).stop(STOP_LIMIT));
        Runtime.getRuntime().addShutdownHook(stop);
        Polling.until(
                () -> {
                    show(log);
                    return isReady(supervisor) || !supervisor.isAlive();
                },
                LIMIT);
        boolean ready = isReady(supervisor);
        show(log);
        if (ready) {
            Runtime.getRuntime().removeShutdownHook(stop);
            return 0;
        }
        // A supervisor that is neither ready nor gone after all that time is stopped by the hook.
        return supervisor.isAlive() ? 1 : Math.max(1, supervisor.exitValue());
    }

    private Process start(List<String> arguments, LogFile log) {
        try {
            Files.createDirectories(log.path().getParent());
            log.bound();
            shown = log.size();
            return new ProcessBuilder(command(arguments))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()))
                    .start();
        } catch (IOException e) {
            throw new StartFailure("The supervisor could not be started: " + e.getMessage(), e);
        }
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Ordersaga.class.getName()));
        arguments.stream()
                .filter(argument -> !List.of("-d", "--detach").contains(argument))
                .forEach(command::add);
        return command;
    }

    private boolean isReady(Process supervisor) {
        Optional<RunFile> file = RunFile.ofRunning(folder);
        return file.isPresent() && file.get().ready() && file.get().supervisor() == supervisor.pid();
    }

    private void show(LogFile log) {
        LogFile.Part news = log.from(shown);
        shown = news.end();
        out.print(news.text());
        out.flush();
    }
}
