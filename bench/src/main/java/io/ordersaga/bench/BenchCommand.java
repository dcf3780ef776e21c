package io.ordersaga.bench;

import io.ordersaga.stack.cli.Subcommand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `./ordersaga bench`.
@Command(
        name = "bench",
        description = "Measures real processes against the figures in docs/performance.md.",
        subcommands = {CoordinatorCommand.class, OrdersCommand.class})
public final class BenchCommand implements Subcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getOut());
        return 0;
    }
}
