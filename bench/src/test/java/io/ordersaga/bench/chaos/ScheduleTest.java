package io.ordersaga.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.bench.chaos.Kind.Group;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Duration TIME = Duration.ofMinutes(4);

    @Test
    void aSeedGivesTheSamePlanAgainAndAnotherSeedAnotherOne() {
        List<Fault> plan = Schedule.of(7, 100, TIME);

        assertThat(Schedule.of(7, 100, TIME)).isEqualTo(plan);
        assertThat(Schedule.of(8, 100, TIME)).isNotEqualTo(plan);
    }

    @Test
    void everyHundredHasWhatItMustHave() {
        List<Fault> plan = Schedule.of(1, 200, TIME);

        for (List<Fault> hundred : List.of(plan.subList(0, 100), plan.subList(100, 200))) {
            assertThat(hundred)
                    .filteredOn(fault -> fault.kind().group() == Group.KILL)
                    .hasSizeGreaterThanOrEqualTo(50);
            assertThat(hundred)
                    .filteredOn(fault -> fault.kind() == Kind.KILL_DATABASE)
                    .hasSizeGreaterThanOrEqualTo(8);
            assertThat(hundred)
                    .filteredOn(fault -> fault.kind().group() == Group.PAUSE)
                    .hasSizeGreaterThanOrEqualTo(15);
            assertThat(hundred)
                    .filteredOn(fault -> fault.kind().group() == Group.NETWORK)
                    .hasSizeGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void faultsComeInOrderWithinTheTimeAndPausesOutlastTheLease() {
        List<Fault> plan = Schedule.of(3, 150, TIME);

        assertThat(plan).isSortedAccordingTo(Comparator.comparing(Fault::at));
        assertThat(plan).allMatch(fault -> fault.at().compareTo(TIME) < 0);
        assertThat(plan).allMatch(fault -> fault.lasts().compareTo(Cluster.LEASE) > 0);
    }
}
