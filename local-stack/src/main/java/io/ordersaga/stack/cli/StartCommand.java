package io.ordersaga.stack.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        description = "Starts a program that was killed, stopped or has failed, and returns when it is ready.")
final class StartCommand implements Callable<Integer> {
    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Mixin
    private ProgramParameter program = new ProgramParameter();

    @Option(
            names = "--env",
            paramLabel = "VARIABLE=VALUE",
            description = "An environment variable for this one start. May be repeated.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String answer = new RunningStack(stackOptions.folder()).start(program.component(), environment);
        Objects.requireNonNull(spec).commandLine().getOut().println(answer);
        return 0;
    }
}
