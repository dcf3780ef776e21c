package io.ordersaga.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.Port;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.Transport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The command line without anything running.
class OrdersagaTest {
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aloneItPrintsHelp() {
        assertThat(execute()).isZero();
        assertThat(out.toString())
                .startsWith("Usage: ordersaga")
                .contains("up", "down", "status", "kill", "stop", "start", "logs")
                .contains("./ordersaga sim", "./ordersaga bench", "./ordersaga chaos")
                .contains("Start here:");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "status", "kill", "stop", "start", "logs"})
    void everyCommandHasHelpThatFitsATerminal(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: ordersaga " + command);
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void unknownNamesAndCommandsAreAnsweredWithTheChoices() {
        assertThat(execute("kill", "stok")).isEqualTo(WRONG_USAGE);
        assertThat(err.toString())
                .contains("There is no program 'stok'")
                .contains("database, coordinator, stock, coupon, pay, order, gateway");
        assertThat(execute("up", "--port", "orders=1")).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).contains("There is no port 'orders'").contains("order-management");
        assertThat(execute("up", "--branches", "soap")).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).contains("'soap' is no transport");
        assertThat(execute("ups")).isEqualTo(WRONG_USAGE);
        assertThat(err.toString()).contains("ordersaga up");
    }

    @Test
    void optionsOfUpBecomeSettings() {
        StackSettings settings = upSettings(
                "--port",
                "order=9000",
                "--port",
                "gateway=80",
                "--database",
                "jdbc:mysql://db/",
                "--no-startup-cache",
                "--branches",
                "http");

        assertThat(settings.folder().path()).isEqualTo(folder);
        assertThat(settings.ports().numbers())
                .containsEntry(Port.ORDER, 9000)
                .containsEntry(Port.ORDER_MANAGEMENT, 9001)
                .containsEntry(Port.GATEWAY, 80)
                .containsEntry(Port.STOCK, 28282);
        assertThat(settings.databaseUrl()).contains("jdbc:mysql://db/");
        assertThat(settings.jvm().startupCache()).isFalse();
        assertThat(settings.profile()).isEqualTo("demo");
        assertThat(settings.branches()).isEqualTo(Transport.HTTP);
    }

    @Test
    void withoutOptionsUpUsesTheDefaults() {
        StackSettings settings = upSettings();

        assertThat(settings.databaseUrl()).isEmpty();
        assertThat(settings.branches()).isEqualTo(Transport.GRPC);
        assertThat(settings.ports().get(Port.GATEWAY)).isEqualTo(8080);
        assertThat(settings.jvm().startupCache()).isTrue();
        assertThat(upSettings("--port-base", "20000").ports().get(Port.DATABASE))
                .isEqualTo(20000);
    }

    @Test
    void nothingRunning() {
        assertThat(execute("status", "--folder", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("stock").contains("stopped").contains("./ordersaga up");

        assertThat(execute("down", "--folder", folder.toString())).isZero();
        assertThat(out.toString()).contains("ordersaga is not running");

        for (String command : List.of("kill", "stop")) {
            assertThat(execute(command, "stock", "--folder", folder.toString())).isEqualTo(1);
        }
        assertThat(err.toString()).contains("stock is not running");

        assertThat(execute("start", "stock", "--folder", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("ordersaga is not running: start all of it with ./ordersaga up");
    }

    @Test
    void logsAreTheLastLines() throws Exception {
        assertThat(execute("logs", "pay", "--folder", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("There is no log yet");

        Path log = folder.resolve("logs/pay.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "one\ntwo\nthree\n");
        assertThat(execute("logs", "pay", "-n", "2", "--folder", folder.toString()))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("two", "three");
    }

    private int execute(String... arguments) {
        return Ordersaga.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private StackSettings upSettings(String... options) {
        List<String> arguments = new ArrayList<>(List.of("up", "--folder", folder.toString()));
        arguments.addAll(List.of(options));
        CommandLine.ParseResult parsed = Ordersaga.commandLine().parseArgs(arguments.toArray(String[]::new));
        UpCommand command = (UpCommand) parsed.subcommand().commandSpec().userObject();
        return command.settings();
    }
}
