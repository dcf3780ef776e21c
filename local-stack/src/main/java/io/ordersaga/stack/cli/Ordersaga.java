package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Transport;
import io.ordersaga.stack.process.StartFailure;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The command line of the project.
@Command(
        name = "ordersaga",
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs the whole order system on this machine: a database and six programs.",
        footer = {
            "",
            "Start here:",
            "  ./ordersaga up             build what is missing, start everything, stop it with Ctrl-C",
            "  ./ordersaga COMMAND -h     the options of a command",
            "",
            "What is built when it is first asked for:",
            "  ./ordersaga sim            play sagas with faults on a virtual clock and check every invariant",
            "  ./ordersaga bench          measure against the figures in docs/performance.md",
            "  ./ordersaga chaos          kill, freeze and cut off real processes under load, then audit",
            "  ./ordersaga audit          check the books: what must be true of the rows of all schemas",
            "  ./ordersaga shop           shoppers buy, pay, cancel and refund while services are killed, then audit",
            "",
            "Names: database, coordinator, stock, coupon, pay, order, gateway"
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            KillCommand.class,
            StopCommand.class,
            StartCommand.class,
            LogsCommand.class
        })
public final class Ordersaga implements Runnable {
    private static final int FAILED = 1;
    private static final int HELP_WIDTH = 100;

    @Spec
    private @Nullable CommandSpec spec;

    private Ordersaga() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Ordersaga());
        addSubcommands(commandLine);
        addHelp(commandLine);
        return commandLine
                .registerConverter(Component.class, converter(Component::named))
                .registerConverter(Port.class, converter(Port::named))
                .registerConverter(Transport.class, converter(Transport::named))
                .setUsageHelpWidth(HELP_WIDTH)
                .setExecutionExceptionHandler(Ordersaga::explain);
    }

    /// Those of other modules, which are on the class path only when the launcher was asked for one of them.
    private static void addSubcommands(CommandLine commandLine) {
        ServiceLoader.load(Subcommand.class, Ordersaga.class.getClassLoader()).forEach(commandLine::addSubcommand);
    }

    private static void addHelp(CommandLine commandLine) {
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        commandLine.getSubcommands().values().forEach(Ordersaga::addHelp);
    }

    @Override
    public void run() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        commandLine.usage(commandLine.getOut());
    }

    /// What a person can act on is told in a sentence; anything else is a defect of ours and shows where it happened.
    private static int explain(Exception failure, CommandLine commandLine, ParseResult arguments) throws Exception {
        List<Class<? extends Exception>> expected =
                List.of(StartFailure.class, IllegalArgumentException.class, UncheckedIOException.class);
        if (expected.stream().noneMatch(type -> type.isInstance(failure))) {
            throw failure;
        }
        commandLine.getErr().println(failure.getMessage());
        if (failure instanceof UncheckedIOException && failure.getCause() != null) {
            commandLine.getErr().println(failure.getCause());
        }
        return FAILED;
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> named) {
        return label -> {
            try {
                return named.apply(label);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
