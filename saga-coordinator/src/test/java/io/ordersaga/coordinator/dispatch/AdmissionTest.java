package io.ordersaga.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A goal of 50 ms, and time that passes as the test says.
class AdmissionTest {

    private static final long QUICK = Duration.ofMillis(2).toNanos();
    private static final long SLOW = Duration.ofMillis(300).toNanos();

    private final AtomicInteger hanging = new AtomicInteger();
    private final Admission admission = new Admission(10, 1000, Duration.ofMillis(50), hanging::get, 0);
    private long nowNanos;

    @Test
    void itHasPlacesUpToItsLimit() {
        fill();
        assertThat(admission.running()).isEqualTo(500);
        assertThat(admission.isFull(nowNanos)).isTrue();
        admission.leave();
        assertThat(admission.isFull(nowNanos)).isFalse();
        assertThat(admission.enter(nowNanos)).isTrue();
        assertThat(admission.enter(nowNanos)).isFalse();
    }

    @Test
    void aSlowStoreShrinksItDownToTheLeast() {
        storing(SLOW, Duration.ofSeconds(1));
        assertThat(admission.limit()).isBetween(200, 400);
        storing(SLOW, Duration.ofSeconds(10));
        assertThat(admission.limit()).isEqualTo(10);
    }

    @Test
    void aQuickStoreLetsItGrowWhenItIsUsedUp() {
        fill();
        storing(QUICK, Duration.ofSeconds(3));
        assertThat(admission.limit()).isEqualTo(1000);
    }

    @Test
    void whatIsNotUsedUpDoesNotGrow() {
        assertThat(admission.enter(nowNanos)).isTrue();
        for (int second = 1; second <= 5; second++) {
            admission.stored(QUICK, Duration.ofSeconds(second).toNanos());
        }
        assertThat(admission.limit()).isEqualTo(500);
    }

    @Test
    void aStoreThatIsSlowByNatureMayBeSlow() {
        Admission far = new Admission(10, 1000, Duration.ofMillis(50), hanging::get, 0);
        for (long nanos = 0; nanos < Duration.ofSeconds(10).toNanos(); nanos += QUICK) {
            far.stored(Duration.ofMillis(40).toNanos(), nanos);
        }
        for (long nanos = Duration.ofSeconds(10).toNanos();
                nanos < Duration.ofSeconds(11).toNanos();
                nanos += QUICK) {
            far.stored(Duration.ofMillis(95).toNanos(), nanos);
        }
        assertThat(far.limit()).as("less than three times as long as before").isEqualTo(500);
    }

    @Test
    void itComesBackWhenTheRushIsOver() {
        fill();
        storing(SLOW, Duration.ofSeconds(10));
        storing(QUICK, Duration.ofSeconds(10));
        assertThat(admission.limit()).isEqualTo(1000);
    }

    @Test
    void whenAllPlacesHangOnSlowParticipantsMoreAreMade() {
        fill();
        for (int second = 0; second < 50; second++) {
            nowNanos += Duration.ofMillis(200).toNanos();
            var _ = admission.isFull(nowNanos);
            fill();
        }
        assertThat(admission.limit()).isEqualTo(1000);
    }

    @Test
    void whatHangsTakesNoPlaceFromTheOthers() {
        storing(SLOW, Duration.ofSeconds(10));
        while (admission.running() > 0) {
            admission.leave();
        }
        fill();
        assertThat(admission.running()).isEqualTo(10);
        hanging.set(8);
        nowNanos += Duration.ofMillis(101).toNanos();
        assertThat(admission.isFull(nowNanos)).isFalse();
        fill();
        assertThat(admission.running()).isEqualTo(18);
        hanging.set(5_000);
        nowNanos += Duration.ofMillis(101).toNanos();
        assertThat(admission.isFull(nowNanos)).isFalse();
        fill();
        assertThat(admission.running()).as("but no more than may run at all").isEqualTo(1000);
    }

    @Test
    void whenMostAreTurnedAwayAfterwardsFewerAreLetInToBeRead() {
        for (int round = 0; round < 100; round++) {
            comingIn(10, 6);
        }
        assertThat(admission.limit()).isEqualTo(10);
    }

    @Test
    void aFewThatAreTurnedAwayKeepNobodyElseOut() {
        for (int round = 0; round < 100; round++) {
            comingIn(10, 5);
        }
        assertThat(admission.limit()).isEqualTo(500);
    }

    /// In a tenth of a second.
    private void comingIn(int sagas, int turnedAway) {
        for (int saga = 0; saga < sagas; saga++) {
            assertThat(admission.enter(nowNanos)).isTrue();
            if (saga < turnedAway) {
                admission.turnedAway(nowNanos);
            }
            admission.leave();
        }
        nowNanos += Duration.ofMillis(101).toNanos();
        admission.stored(QUICK, nowNanos);
    }

    private void fill() {
        while (admission.enter(nowNanos)) {
            assertThat(admission.running()).isLessThanOrEqualTo(1000);
        }
    }

    /// A saga is stored every 2 ms.
    private void storing(long tookNanos, Duration length) {
        long endNanos = nowNanos + length.toNanos();
        while (nowNanos < endNanos) {
            nowNanos += QUICK;
            fill();
            admission.stored(tookNanos, nowNanos);
        }
    }
}
