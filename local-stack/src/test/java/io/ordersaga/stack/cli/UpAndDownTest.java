package io.ordersaga.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.FakePrograms;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.process.Polling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The commands as a person gives them, each in a process of its own; the database is real, the programs are fake.
@Execution(ExecutionMode.CONCURRENT)
class UpAndDownTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path root;

    private StackFolder folder;
    private Ports ports;
    private final List<Process> commands = new ArrayList<>();

    @BeforeEach
    void layOut() throws Exception {
        FakePrograms.projectIn(root);
        folder = new StackFolder(root.resolve(".local"));
        // Unpacking the server takes longer than the rest of the test; the build has one.
        Files.createDirectories(folder.path());
        Files.createDirectories(FakePrograms.server());
        Files.createSymbolicLink(folder.server(), FakePrograms.server().toAbsolutePath());
        ports = Ports.free();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Process command : commands) {
            command.destroy();
            assertThat(command.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        Files.delete(folder.server());
        Polling.until(() -> processesOfThisTest().isEmpty(), Duration.ofSeconds(5));
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void detachedStackIsUsedFromOtherTerminals() throws Exception {
        Result up = run("up", "--detach");
        assertThat(up.exitCode()).as(up.output()).isZero();
        assertThat(up.output())
                .containsPattern("database +[0-9.]+ s")
                .containsPattern(
                        "ordersaga is ready after [0-9.]+ s: gateway http://localhost:" + ports.get(Port.GATEWAY))
                .contains("sign in as 'admin' with ADMIN_PASSWORD of ");

        Result again = run("up");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("ordersaga is already running").contains("./ordersaga down");

        assertThat(run("status").exitCode()).isZero();
        assertThat(run("kill", "stock").output()).contains("stock is killed");
        Result status = run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.output()).containsPattern("stock +- +stopped").containsPattern("order +[0-9]+ +running +yes");

        assertThat(run("start", "stock", "--env", "FAKE=stubborn").output()).contains("stock is ready");
        assertThat(run("logs", "stock", "-n", "2").output()).contains("behaviour stubborn");
        Result twice = run("start", "stock");
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.output()).contains("stock is already running");
        assertThat(run("kill", "stock").exitCode()).isZero();
        Result failing = run("start", "stock", "--env", "FAKE=fails");
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.output()).contains("stock ended with exit code 3").contains("the \"disk\" is full");

        assertThat(run("stop", "pay").output()).contains("pay is stopped");
        assertThat(run("down").output()).contains("ordersaga is stopped");
        assertThat(processesOfThisTest()).isEmpty();
        assertThat(run("down").output()).contains("ordersaga is not running");
    }

    @Test
    void terminationSignalStopsEverything() throws Exception {
        Process up = command("up");
        awaitOutput("up", "ordersaga is ready");

        up.destroy();

        assertThat(up.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isEqualTo(128 + 15);
        assertThat(processesOfThisTest()).isEmpty();
        assertThat(output("up")).contains("ordersaga is stopped after");
    }

    @Test
    void terminationSignalInTheMiddleOfTheStartStopsEverything() throws Exception {
        Process up = command("up");
        awaitOutput("up", "schemas");

        up.destroy();

        assertThat(up.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(processesOfThisTest()).isEmpty();
        assertThat(output("up")).contains("ordersaga is stopped").doesNotContain("ended with exit code");
    }

    @Test
    void downStopsWhatAKilledSupervisorLeft() throws Exception {
        Process up = command("up");
        awaitOutput("up", "ordersaga is ready");
        up.destroyForcibly().waitFor();
        assertThat(processesOfThisTest()).hasSize(Component.values().length);

        assertThat(run("status").output())
                .contains("no supervisor is running")
                .containsPattern("stock +[0-9]+ +running");
        assertThat(run("start", "stock").output()).contains("ordersaga is not running");
        assertThat(run("down").output()).contains("stopping stock").contains("ordersaga is stopped");
        assertThat(processesOfThisTest()).isEmpty();
    }

    @Test
    void failedStartNamesTheProgramAndLeavesNothing() throws Exception {
        Files.delete(root.resolve("pay-service/target/pay-service-app.jar"));

        for (List<String> arguments : List.of(List.of("up"), List.of("up", "--detach"))) {
            Result up = run(arguments.toArray(String[]::new));
            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.output()).contains("pay-service-app.jar is missing").doesNotContain("at io.ordersaga");
            assertThat(processesOfThisTest()).isEmpty();
        }
    }

    private record Result(int exitCode, String output) {}

    private Result run(String... arguments) throws Exception {
        String name = "command-" + commands.size();
        Process process = start(name, arguments);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output(name));
    }

    private Process command(String name) throws IOException {
        return start(name, name);
    }

    private Process start(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dordersaga.root=" + root,
                "-cp",
                System.getProperty("java.class.path"),
                Ordersaga.class.getName()));
        command.addAll(List.of(arguments));
        if (arguments[0].equals("up")) {
            command.add("--no-startup-cache");
            ports.numbers().forEach((port, number) -> command.addAll(List.of("--port", port.label() + "=" + number)));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve(name + ".out").toFile())
                .start();
        commands.add(process);
        return process;
    }

    private String output(String name) throws IOException {
        return Files.readString(root.resolve(name + ".out"), StandardCharsets.UTF_8);
    }

    private void awaitOutput(String name, String text) {
        assertThat(Polling.until(
                        () -> {
                            try {
                                return output(name).contains(text);
                            } catch (IOException e) {
                                return false;
                            }
                        },
                        LIMIT))
                .as(text)
                .isTrue();
    }

    /// Found by the test's folder in their command line or, for jars, in the path of the jar.
    private List<String> processesOfThisTest() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> Stream.of("mariadbd", "-jar", "-cp").anyMatch(line::contains))
                .filter(line -> line.contains(root.toString()))
                .toList();
    }
}
