package io.ordersaga.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each test supervises [FakeProgram]s in JVMs of their own.
class ChildProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Long enough for a JVM to run its hooks, short enough to wait for one that does not.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private final ChildProcesses processes = new ChildProcesses();

    @AfterEach
    void stopAll() {
        processes.close();
    }

    @Test
    void isReadyWhenTheProbeSaysSo() {
        ChildProcess child = started("stock", "");

        assertThat(child.alive()).isTrue();
        assertThat(child.spec().pidFile().running()).contains(child.identity());
        assertThat(child.identity().uptime())
                .hasValueSatisfying(uptime -> assertThat(uptime).isLessThan(Duration.ofMinutes(1)));
    }

    @Test
    void runsInASessionOfItsOwnSoThatCtrlCDoesNotReachIt() throws Exception {
        ChildProcess child = started("stock", "");

        String stat =
                Files.readString(Path.of("/proc", Long.toString(child.identity().pid()), "stat"));
        List<String> fields = Pattern.compile(" ")
                .splitAsStream(stat.substring(stat.lastIndexOf(')') + 2))
                .toList();
        String session = fields.get(3);
        assertThat(session).isEqualTo(Long.toString(child.identity().pid()));
    }

    @Test
    void endsInOrderWhenStopped() {
        ChildProcess child = started("stock", "");

        child.stop();

        assertThat(child.alive()).isFalse();
        assertThat(child.spec().log().tail(1)).containsExactly("ended in order");
        assertThat(child.spec().pidFile().path()).doesNotExist();
    }

    @Test
    void isKilledWhenItDoesNotEndInTime() {
        ChildProcess child = started("stock", "stubborn");

        long began = System.nanoTime();
        child.stop();

        assertThat(child.alive()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(STOP_LIMIT);
    }

    @Test
    void endsAtOnceWhenKilled() {
        ChildProcess child = started("stock", "");

        child.kill();

        assertThat(child.onExit().join()).isEqualTo(128 + 9);
        assertThat(child.spec().log().tail(1)).containsExactly("ready");
    }

    @Test
    void failureToStartTellsExitCodeLogAndErrors() {
        ChildProcess child = processes.start(spec("stock", "fails"));

        assertThatThrownBy(() -> child.awaitReady(() -> false, LIMIT))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("stock ended with exit code 3 before it was ready; its log is "
                        + folder.resolve("logs/stock.log"))
                .hasMessageContaining("\n  the \"disk\" is full")
                .hasMessageNotContaining("about to fail");
    }

    @Test
    void failureToStartQuotesNoErrorOfAnEarlierRun() {
        assertThatThrownBy(() -> processes.start(spec("stock", "fails")).awaitReady(() -> false, LIMIT))
                .isInstanceOf(StartFailure.class);

        ChildProcess child = processes.start(spec("stock", "never ready"));
        assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofSeconds(1)))
                .hasMessageContaining("stock was not ready within 1 s")
                .hasMessageNotContaining("disk");
    }

    @Test
    void programThatDoesNotExistIsNamed() {
        ProcessSpec spec = spec("stock", "");
        ProcessSpec missing =
                new ProcessSpec("stock", List.of("/no/such/program"), Map.of(), spec.log(), spec.pidFile(), STOP_LIMIT);

        assertThatThrownBy(() -> processes.run(missing, LIMIT))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("stock")
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void closingInTheMiddleOfAStartLeavesNothingBehind() {
        ChildProcess child = processes.start(spec("stock", "never ready"));
        CompletableFuture<Void> start = CompletableFuture.runAsync(() -> child.awaitReady(() -> false, LIMIT));

        processes.close();

        assertThat(start).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(StartFailure.class);
        assertThat(child.alive()).isFalse();
        assertThatThrownBy(() -> processes.start(spec("coupon", "")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("coupon was not started");
    }

    @Test
    void stubbornOnesAreWaitedForTogether() {
        started("stock", "stubborn");
        started("coupon", "stubborn");
        started("pay", "stubborn");

        long began = System.nanoTime();
        processes.close();

        assertThat(processes.alive()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT.multipliedBy(2));
    }

    @Test
    void anotherProcessWithTheSamePidIsNotTouched() {
        ChildProcess child = started("stock", "");
        ProcessIdentity earlier = new ProcessIdentity(child.identity().pid(), "started yesterday");

        earlier.stop(STOP_LIMIT);
        earlier.kill();

        assertThat(earlier.alive()).isFalse();
        assertThat(earlier.uptime()).isEmpty();
        assertThat(child.alive()).isTrue();
    }

    @Test
    void pidFileOfAnotherProcessIsNotDeletedAndNotBelieved() throws Exception {
        ChildProcess child = started("stock", "");
        PidFile file = child.spec().pidFile();
        file.write(new ProcessIdentity(child.identity().pid(), "started yesterday"));

        child.kill();
        assertThat(file.path()).exists();
        assertThat(file.running()).isEmpty();

        Files.writeString(file.path(), "12");
        assertThat(file.running()).isEmpty();
    }

    private ChildProcess started(String name, String behaviour) {
        ProcessSpec spec = spec(name, behaviour);
        ChildProcess child = processes.start(spec);
        child.awaitReady(() -> spec.log().tail(1).contains("ready"), LIMIT);
        return child;
    }

    private ProcessSpec spec(String name, String behaviour) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FakeProgram.class.getName());
        return new ProcessSpec(
                name,
                command,
                Map.of("FAKE", behaviour),
                new LogFile(folder.resolve("logs").resolve(name + ".log")),
                new PidFile(folder.resolve("run").resolve(name + ".pid")),
                STOP_LIMIT);
    }
}
