package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.Readiness;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.process.ProcessIdentity;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Shows what is running; the exit code is 0 when everything is ready, else 1.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        StackFolder folder = stackOptions.folder();
        Optional<RunFile> supervisor = RunFile.ofRunning(folder);
        Ports ports = supervisor.map(RunFile::ports).orElseGet(Ports::defaults);
        boolean embedded = supervisor.map(RunFile::embedded).orElse(true);
        List<StatusTable.Row> rows = Arrays.stream(Component.values())
                .filter(component -> embedded || component != Component.DATABASE)
                .map(component -> row(folder, component, ports))
                .toList();
        StatusTable.lines(rows, ports).forEach(out::println);
        out.println(supervisor
                .map(file -> "supervised by process " + file.supervisor())
                .orElse("no supervisor is running: ./ordersaga up starts everything, ./ordersaga down stops the rest"));
        return supervisor.isPresent() && rows.stream().allMatch(StatusTable.Row::ready) ? 0 : 1;
    }

    private static StatusTable.Row row(StackFolder folder, Component component, Ports ports) {
        Optional<ProcessIdentity> process = folder.pidFile(component).running();
        boolean ready = process.isPresent() && Readiness.of(component, ports).getAsBoolean();
        return new StatusTable.Row(
                component, process.map(ProcessIdentity::pid), ready, process.flatMap(ProcessIdentity::uptime));
    }
}
