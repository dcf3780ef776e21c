package io.ordersaga.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.simulation.world.Outcome;
import io.ordersaga.simulation.world.Parts;
import io.ordersaga.simulation.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {

    @Test
    void aSeedPlaysTheSameAgain() {
        assertThat(Hashes.of(1_000, 300)).isEqualTo(Hashes.of(1_000, 300));
    }

    @Test
    void otherSeedsPlayOtherWorlds() {
        assertThat(new HashSet<>(Hashes.of(0, 300))).hasSize(300);
    }

    /// Another process, without a compiler: other object addresses, other hash seeds, another speed.
    @Test
    void aSeedPlaysTheSameInAnotherJvm() throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xint",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hashes.class.getName(),
                        "2000",
                        "40")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> elsewhere = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(elsewhere).isEqualTo(Hashes.of(2_000, 40));
    }

    @Test
    void workersAddUpToTheSame() throws InterruptedException {
        Totals alone = new Campaign(Parts.PRODUCTION, 1, _ -> {}).play(500, 1_000);
        Totals together = new Campaign(Parts.PRODUCTION, 4, _ -> {}).play(500, 1_000);

        assertThat(together.hash()).isEqualTo(alone.hash());
        assertThat(together.events()).isEqualTo(alone.events());
        assertThat(together.coverage().faults()).isEqualTo(alone.coverage().faults());
    }

    @Test
    void aTraceTellsWhatHappenedAndChangesNothing() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Outcome told = new World(7, Parts.PRODUCTION, new PrintStream(text, true, StandardCharsets.UTF_8)).run();
        Outcome silent = new World(7, Parts.PRODUCTION, null).run();

        assertThat(told.hash()).isEqualTo(silent.hash());
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("submitted", "call", "answered", "heals");
    }
}
