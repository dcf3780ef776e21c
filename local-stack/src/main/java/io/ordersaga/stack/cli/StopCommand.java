package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.process.ProcessIdentity;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "stop", description = "Asks a program to end, and kills it when it does not.")
final class StopCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Mixin
    private ProgramParameter program = new ProgramParameter();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Component component = program.component();
        Optional<ProcessIdentity> process =
                stackOptions.folder().pidFile(component).running();
        if (process.isEmpty()) {
            commandLine.getErr().println(component.label() + " is not running");
            return 1;
        }
        process.get().stop(LIMIT);
        commandLine
                .getOut()
                .println(component.label() + " is stopped (process "
                        + process.get().pid() + ")");
        return 0;
    }
}
