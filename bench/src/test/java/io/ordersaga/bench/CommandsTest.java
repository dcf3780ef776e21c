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
    void theCommandLineFindsThem() {
        assertThat(ServiceLoader.load(Subcommand.class))
                .extracting(command -> new CommandLine(command).getCommandName())
                .contains("bench", "chaos", "audit", "shop");
    }

    @Test
    void benchAloneShowsWhatItMeasures() {
        assertThat(execute(new BenchCommand())).isZero();
        assertThat(out.toString()).startsWith("Usage: bench").contains("coordinator", "orders");
    }

    @Test
    void anAuditOfNothingSaysWhatIsMissing() {
        assertThat(execute(new AuditCommand(), "--folder", "no/such/folder")).isNotZero();
        assertThat(err.toString()).contains("There is no stack in ", "--database");
        assertThat(execute(new AuditCommand(), "--database", "jdbc:mysql://127.0.0.1:1/?user=nobody"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("The audit could not be done");
    }

    @Test
    void shoppersAreBounded() {
        assertThat(execute(new ShopCommand(), "--shoppers", "100000")).isNotZero();
        assertThat(err.toString()).contains("--shoppers 1 to 2000");
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
