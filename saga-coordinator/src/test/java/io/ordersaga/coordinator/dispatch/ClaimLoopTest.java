package io.ordersaga.coordinator.dispatch;

import static io.ordersaga.coordinator.engine.Sagas.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Batches of 10 for 100 places, polls every second.
class ClaimLoopTest {

    private static final int MANY = 100;

    private final Timers timers = new Timers(100);
    private final ClaimLoop loop = new ClaimLoop(10, MANY, Duration.ofSeconds(1), timers, NOON);

    @Test
    void itBeginsAtOnceAndPollsWhileThereIsNothing() {
        assertThat(loop.nextRound()).isEqualTo(NOON);
        assertThat(loop.begin(MANY, NOON)).isEqualTo(10);
        loop.end(10, 0, NOON);
        assertThat(loop.nextRound()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void aFullBatchIsFollowedByAnotherAtOnce() {
        round(MANY, 10, NOON);
        assertThat(loop.nextRound()).isEqualTo(NOON);
        round(MANY, 9, NOON);
        assertThat(loop.nextRound()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void aWakeUpComesBeforeThePoll() {
        round(MANY, 0, NOON);
        timers.add(NOON.plusMillis(300));

        Instant wakeUp = loop.nextRound();
        assertThat(wakeUp).isBetween(NOON.plusMillis(300), NOON.plusMillis(350));
        round(MANY, 1, wakeUp);
        assertThat(loop.nextRound()).isEqualTo(wakeUp.plusSeconds(1));
    }

    @Test
    void wakeUpsCloseTogetherAreOneSearch() {
        for (int number = 1; number <= 9; number++) {
            timers.add(NOON.plusMillis(10L * number));
        }
        round(MANY, 0, NOON);
        Instant next = loop.nextRound();
        assertThat(next).isEqualTo(NOON.plusMillis(100));
        round(MANY, 6, next);
        assertThat(loop.nextRound()).isAfter(next.plusMillis(99));
    }

    @Test
    void aWakeUpThatFoundTooLittleIsLookedAfterThreeTimes() {
        timers.add(NOON);
        timers.add(NOON);
        Instant now = NOON.plusMillis(50);
        round(MANY, 1, now);
        for (int look = 1; look <= 3; look++) {
            assertThat(loop.nextRound()).isBetween(now.plusMillis(1), now.plusMillis(200));
            now = loop.nextRound();
            round(MANY, 0, now);
        }
        assertThat(loop.nextRound()).isEqualTo(now.plusSeconds(1));
    }

    @Test
    void whatIsFoundLaterEndsTheLookingAfter() {
        timers.add(NOON);
        Instant now = NOON.plusMillis(50);
        round(MANY, 0, now);
        Instant again = loop.nextRound();
        round(MANY, 1, again);
        assertThat(loop.nextRound()).isEqualTo(again.plusSeconds(1));
    }

    @Test
    void withoutPlacesNothingIsSearchedForUntilSomeAreFree() {
        timers.add(NOON.plusMillis(5));
        assertThat(loop.begin(0, NOON)).isZero();
        loop.end(0, 0, NOON);

        assertThat(loop.nextRound()).isEqualTo(NOON.plusSeconds(1));
        assertThat(loop.placesFreed(1, NOON)).isFalse();
        assertThat(loop.placesFreed(10, NOON.plusMillis(3))).isTrue();
        assertThat(loop.nextRound()).isEqualTo(NOON.plusMillis(3));
        assertThat(loop.placesFreed(11, NOON)).as("once").isFalse();
    }

    @Test
    void theLastPlacesAreFilledToo() {
        assertThat(loop.begin(3, NOON)).isEqualTo(3);
        loop.end(3, 3, NOON);
        assertThat(loop.nextRound()).isEqualTo(NOON.plusSeconds(1));
        assertThat(loop.placesFreed(10, NOON)).isTrue();
    }

    @Test
    void freePlacesDoNotMatterWhileNothingIsDue() {
        round(MANY, 0, NOON);
        assertThat(loop.placesFreed(MANY, NOON)).isFalse();
    }

    @Test
    void aFailedRoundIsTriedAgainAtTheNextPoll() {
        timers.add(NOON);
        loop.begin(MANY, NOON.plusMillis(50));
        loop.failed(NOON.plusMillis(50));
        assertThat(loop.nextRound()).isEqualTo(NOON.plusMillis(1_050));
    }

    private void round(int free, int found, Instant now) {
        int wanted = loop.begin(free, now);
        loop.end(wanted, found, now);
    }
}
