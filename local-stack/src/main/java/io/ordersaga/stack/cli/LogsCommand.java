package io.ordersaga.stack.cli;

import io.ordersaga.stack.process.LogFile;
import io.ordersaga.stack.process.Polling;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "logs", description = "Shows what a program printed.")
final class LogsCommand implements Callable<Integer> {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Mixin
    private ProgramParameter program = new ProgramParameter();

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "How many of the last lines (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is printed from now on, until Ctrl-C.")
    private boolean follow;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        LogFile log = stackOptions.folder().log(program.component());
        if (!Files.exists(log.path()) && !follow) {
            commandLine.getErr().println("There is no log yet at " + log.path());
            return 1;
        }
        long end = log.size();
        log.tail(lines).forEach(commandLine.getOut()::println);
        if (follow) {
            follow(log, end, commandLine.getOut());
        }
        return 0;
    }

    private static void follow(LogFile log, long end, PrintWriter out) {
        long[] position = {end};
        Polling.until(
                () -> {
                    // Smaller than before: it was rotated and begins anew.
                    LogFile.Part part = log.from(log.size() < position[0] ? 0 : position[0]);
                    position[0] = part.end();
                    out.print(part.text());
                    out.flush();
                    return out.checkError();
                },
                FOR_EVER);
    }
}
