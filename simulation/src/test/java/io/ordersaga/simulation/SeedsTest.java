package io.ordersaga.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.simulation.world.FaultKind;
import io.ordersaga.simulation.world.Outcome;
import io.ordersaga.simulation.world.Parts;
import io.ordersaga.simulation.world.World;
import org.junit.jupiter.api.Test;

class SeedsTest {

    private static final long FROM = 1_000_000;
    private static final long SEEDS = 5_000;

    @Test
    void seedsThatShowedSomethingShowNothingAnyMore() {
        assertThat(Regressions.seeds())
                .isNotEmpty()
                .allSatisfy(seed -> assertThat(
                                new World(seed, Parts.PRODUCTION, null).run().broken())
                        .isEmpty());
    }

    @Test
    void invariantsHoldWhateverGoesWrong() throws InterruptedException {
        Totals totals = new Campaign(Parts.PRODUCTION, 2, _ -> {}).play(FROM, SEEDS);

        assertThat(totals.broken()).extracting(Outcome::seed, Outcome::broken).isEmpty();
        assertThat(totals.seeds()).isEqualTo(SEEDS);
        for (FaultKind kind : FaultKind.values()) {
            assertThat(totals.coverage().faults(kind)).as(kind.text()).isPositive();
        }
    }
}
