package io.ordersaga.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.cli.Subcommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What `./ordersaga` finds of this module. Nothing is started.
class CommandsTest {
    private static final int WRONG_USAGE = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theCommandLineFindsBoth() {
        assertThat(ServiceLoader.load(Subcommand.class))
                .extracting(command -> new CommandLine(command).getCommandName())
                .contains("bench", "chaos");
    }

    @Test
    void benchAloneShowsWhatItMeasures() {
        assertThat(execute(new BenchCommand())).isZero();
        assertThat(out.toString()).startsWith("Usage: bench").contains("coordinator");
    }

    @Test
    void anUnknownScenarioIsNamed() {
        assertThat(execute(new BenchCommand(), "coordinator", "--only", "nonsense"))
                .isNotZero();
        assertThat(err.toString()).contains("There is no scenario [nonsense]");
    }

    @Test
    void theBreakOfTheParticipantsIsNotOffered() {
        assertThat(execute(new ChaosCommand(), "--nonsense")).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).contains("--faults", "--minutes", "--seed").doesNotContain("--no-barrier");
    }

    private int execute(Subcommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
