package io.ordersaga.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.simulation.planted.Planted;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A check that cannot fail checks nothing.
class PlantedTest {

    /// The rarest one is met about once in 1,400 seeds.
    private static final long SEEDS_MAX = 20_000;

    @ParameterizedTest
    @EnumSource
    void everyPlantedFaultIsFound(Planted fault) {
        long seed = Campaign.firstBroken(fault.parts(), SEEDS_MAX);

        assertThat(seed).as(fault.text()).isNotNegative();
    }
}
