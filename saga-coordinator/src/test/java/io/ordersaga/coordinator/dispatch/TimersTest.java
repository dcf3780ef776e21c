package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers(3);

    @Test
    void theEarliestComesFirstAndIsNeverEarly() {
        timers.add(at(500));
        timers.add(at(100));

        Instant first = timers.nextWakeUp().orElseThrow();
        assertThat(first).isAfter(at(100)).isBefore(at(150));
        assertThat(timers.takeDue(first.minusMillis(1))).isZero();
        assertThat(timers.takeDue(first)).isEqualTo(1);
        assertThat(timers.nextWakeUp().orElseThrow()).isAfter(at(500));
    }

    @Test
    void whatIsCloseTogetherIsOneWakeUpForAll() {
        timers.add(at(101));
        timers.add(at(102));
        timers.add(at(300));

        assertThat(timers.takeDue(timers.nextWakeUp().orElseThrow())).isEqualTo(2);
        assertThat(timers.takeDue(at(1_000))).isEqualTo(1);
        assertThat(timers.nextWakeUp()).isEmpty();
    }

    @Test
    void beyondItsLimitTheLatestAreForgotten() {
        timers.add(at(400));
        timers.add(at(300));
        timers.add(at(200));
        timers.add(at(100));

        assertThat(timers.takeDue(at(399))).isEqualTo(3);
        assertThat(timers.nextWakeUp()).isEmpty();
    }

    private static Instant at(long millis) {
        return NOON.plus(Duration.ofMillis(millis));
    }
}
