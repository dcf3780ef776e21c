package io.ordersaga.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.simulation.planted.Planted;
import io.ordersaga.stack.cli.Subcommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimCommandTest {

    private record Ran(int exit, String output) {}

    private static Ran run(String... arguments) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        SimCommand command = new SimCommand(new PrintStream(text, true, StandardCharsets.UTF_8));
        int exit = new CommandLine(command).execute(arguments);
        return new Ran(exit, text.toString(StandardCharsets.UTF_8));
    }

    @Test
    void endsWithOneLineOfResult() {
        Ran ran = run("--seeds", "300", "--workers", "2");

        assertThat(ran.exit()).isZero();
        assertThat(ran.output())
                .contains("canary NO_FENCING")
                .containsPattern("sim: 300 seeds from 0 in [0-9.]+ s, [0-9]+ seeds/s; .* 0 violations; .* ok\\R$");
    }

    @Test
    void failsWhenAnInvariantBreaksAndSaysHowToSeeIt() {
        Ran ran = run("--seeds", "300", "--planted", Planted.RETRY_LOST.name());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.output())
                .containsPattern("seed [0-9]+ broke I2: ")
                .containsPattern("\\./ordersaga sim --trace [0-9]+ --planted RETRY_LOST")
                .contains("FAILED");
    }

    @Test
    void tracesOneSeed() {
        Ran ran = run("--trace", "7");

        assertThat(ran.exit()).isZero();
        assertThat(ran.output()).contains("submitted", "every invariant holds", "seed 7: ");
    }

    @Test
    void tellsHowOftenEachPlantedFaultIsFound() {
        Ran ran = run("--planted-all", "--seeds", "3");

        assertThat(ran.exit()).as("three seeds are too few for all of them").isEqualTo(1);
        assertThat(ran.output())
                .contains(Planted.RETRY_LOST.name(), "NOT FOUND")
                .containsPattern("sim: [0-9]+ of 33 planted faults found in 3 seeds each");
    }

    @Test
    void refusesToPlayNothing() {
        SimCommand command = CommandLine.populateCommand(new SimCommand(), "--seeds", "0");

        assertThatThrownBy(command::call).hasMessageContaining("--seeds");
    }

    @Test
    void isACommandOfTheProject() {
        assertThat(ServiceLoader.load(Subcommand.class)).anyMatch(SimCommand.class::isInstance);
    }
}
