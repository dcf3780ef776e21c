package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.process.ProcessIdentity;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stops everything, the database last.")
final class DownCommand implements Callable<Integer> {
    private static final Duration SUPERVISOR_LIMIT = Duration.ofSeconds(90);
    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(20);

    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        StackFolder folder = stackOptions.folder();
        Optional<ProcessIdentity> supervisor = folder.supervisor().running();
        boolean found = supervisor.isPresent();
        if (found) {
            out.println("stopping ordersaga (process " + supervisor.get().pid() + ")");
            supervisor.get().stop(SUPERVISOR_LIMIT);
        }
        // What a supervisor leaves that was killed, earlier or just now.
        for (Component component : new ArrayList<>(List.of(Component.values())).reversed()) {
            Optional<ProcessIdentity> left = folder.pidFile(component).running();
            if (left.isPresent()) {
                found = true;
                out.println("stopping " + component.label() + " (process "
                        + left.get().pid() + ")");
                left.get().stop(PROGRAM_LIMIT);
            }
        }
        out.println(found ? "ordersaga is stopped" : "ordersaga is not running");
        return 0;
    }
}
