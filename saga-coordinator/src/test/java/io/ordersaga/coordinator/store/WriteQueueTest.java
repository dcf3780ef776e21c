package io.ordersaga.coordinator.store;

import static io.ordersaga.coordinator.store.Writes.end;
import static io.ordersaga.coordinator.store.Writes.fresh;
import static io.ordersaga.coordinator.store.Writes.progress;
import static io.ordersaga.coordinator.store.Writes.sized;
import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.store.Waiting.Haste;
import io.ordersaga.coordinator.store.WriteQueue.Going;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which writes go out together, and when. Times are counted by the test.
class WriteQueueTest {

    private static final long MS = Duration.ofMillis(1).toNanos();
    private static final StoreSettings SETTINGS = new StoreSettings(
            100,
            4,
            50,
            10_000,
            Duration.ofMillis(12),
            16,
            Duration.ofMillis(200),
            Duration.ofMillis(20),
            100,
            Duration.ofSeconds(10));

    private final Activity activity = new Activity(0);
    private final Journal journal = new Journal(100, 200 * MS);
    private final WriteQueue queue = new WriteQueue(SETTINGS, journal, activity);
    private long now;

    @Test
    void aWriteThatComesAloneMayGoAtOnce() {
        assertThat(queue.isIdle(fresh(1), now)).isTrue();
        Going alone = queue.alone(fresh(1), now);
        assertThat(ids(alone)).containsExactly(1L);
        assertThat(queue.isIdle(fresh(2), now)).as("another is under way").isFalse();
        queue.cameBack(alone);
        assertThat(queue.isIdle(fresh(2), now)).isTrue();
    }

    @Test
    void whatComesWhileACommitIsUnderWayGoesTogether() {
        Going first = queue.alone(fresh(1), now);
        for (int id = 2; id <= 9; id++) {
            offer(fresh(id));
        }
        queue.cameBack(first);
        assertThat(ids(take())).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(queue.take(now)).isEmpty();
    }

    @Test
    void amongFewSagasNoWriteWaits() {
        sagasSideBySide(8);
        offer(fresh(1));
        assertThat(ids(take())).containsExactly(1L);
    }

    @Test
    void amongManySagasAWriteWaitsForHalfOfThemToComeOrForItsTime() {
        sagasSideBySide(40);
        assertThat(queue.isIdle(fresh(1), now)).isFalse();
        int half = (int) Math.ceil(activity.concurrency(now) / 2);
        for (int id = 1; id < half; id++) {
            offer(fresh(id));
            assertThat(queue.take(now)).isEmpty();
        }
        assertThat(queue.wakeIn(now)).hasValue(12 * MS);
        queue.offerLater(end(half), Haste.END, now);
        Going halfOfThem = take();
        assertThat(ids(halfOfThem)).hasSize(half);
        queue.cameBack(halfOfThem);

        offer(fresh(21));
        now += 12 * MS - 1;
        assertThat(queue.take(now)).isEmpty();
        now += 1;
        assertThat(ids(take())).containsExactly(21L);
    }

    @Test
    void manySagasThatHangMakeNobodyWait() {
        for (int id = 1000; id < 2000; id++) {
            activity.began(id, now);
        }
        now += 3000 * MS;
        activity.ended(1000, now);
        offer(fresh(1));
        assertThat(ids(take())).containsExactly(1L);
    }

    @Test
    void twoWritesOfOneSagaGoOneAfterTheOther() {
        commitsAreSlow();
        offer(progress(1, 1));
        offer(progress(1, 2));
        offer(progress(2, 1));
        Going first = take();
        assertThat(ids(first)).containsExactly(1L, 2L);
        assertThat(queue.take(now)).isEmpty();
        assertThat(queue.wakeIn(now))
                .as("nothing to do until the first is back")
                .isEmpty();
        queue.cameBack(first);
        Going second = take();
        assertThat(second.writes().getFirst().write()).isEqualTo(progress(1, 2));
    }

    @Test
    void ofTheLaterStatesOfALeaseOnlyTheNewestIsWritten() {
        queue.offerLater(progress(1, 1), Haste.PROGRESS, now);
        now += 150 * MS;
        queue.offerLater(progress(1, 2), Haste.PROGRESS, now);
        assertThat(queue.wakeIn(now)).as("since the first").hasValue(50 * MS);
        now += 50 * MS;
        Going going = take();
        assertThat(going.writes()).extracting(Waiting::write).containsExactly(progress(1, 2));
        assertThat(queue.laterSize()).isZero();
    }

    @Test
    void anAwaitedStateTakesThePlaceOfALaterOne() {
        queue.offerLater(progress(1, 1), Haste.PROGRESS, now);
        offer(progress(1, 2));
        now += 500 * MS;
        assertThat(take().writes()).extracting(Waiting::write).containsExactly(progress(1, 2));
        assertThat(queue.take(now)).isEmpty();
    }

    @Test
    void anEndTakesTheNextBatchAndProgressDoesNot() {
        queue.offerLater(end(1), Haste.END, now);
        queue.offerLater(progress(2, 1), Haste.PROGRESS, now);
        assertThat(queue.take(now)).isEmpty();
        offer(fresh(3));
        Going next = take();
        assertThat(ids(next)).containsExactly(3L, 1L);
        queue.cameBack(next);
        assertThat(queue.wakeIn(now)).hasValue(200 * MS);
    }

    @Test
    void anEndOrAWaitWaitsOnlyItsTimeForABatch() {
        queue.offerLater(end(1), Haste.END, now);
        assertThat(queue.wakeIn(now)).hasValue(200 * MS);
        now += 10 * MS;
        queue.offerLater(Writes.waits(2), Haste.END, now);
        assertThat(queue.wakeIn(now)).hasValue(20 * MS);
        now += 20 * MS;
        Going both = take();
        assertThat(ids(both)).containsExactly(1L, 2L);
        queue.cameBack(both);
        queue.offerLater(end(3), Haste.END, now);
        now += 200 * MS;
        assertThat(ids(take())).containsExactly(3L);
    }

    @Test
    void whatIsDueSoonGoesWithWhatIsDue() {
        queue.offerLater(progress(1, 1), Haste.PROGRESS, now);
        now += 50 * MS;
        queue.offerLater(progress(2, 1), Haste.PROGRESS, now);
        now += 10 * MS;
        queue.offerLater(progress(3, 1), Haste.PROGRESS, now);
        now += 140 * MS;
        assertThat(ids(take())).containsExactly(1L, 2L);
    }

    @Test
    void aBatchHasAtMostSoManyRows() {
        Going first = queue.alone(fresh(1000), now);
        for (int id = 1; id <= 60; id++) {
            offer(fresh(id));
        }
        queue.cameBack(first);
        Going full = take();
        assertThat(full.writes()).hasSize(50);
        queue.cameBack(full);
        assertThat(take().writes()).hasSize(10);
    }

    @Test
    void aBatchHasAtMostSoManyBytesButForARowThatIsLarger() {
        Going first = queue.alone(fresh(1000), now);
        offer(sized(1, 6_000));
        offer(sized(2, 6_000));
        offer(sized(3, 20_000));
        queue.cameBack(first);
        for (long id = 1; id <= 3; id++) {
            Going next = take();
            assertThat(ids(next)).containsExactly(id);
            queue.cameBack(next);
        }
    }

    @Test
    void aFullQueueTakesNothing() {
        Going first = queue.alone(fresh(1000), now);
        for (int id = 1; id <= 100; id++) {
            offer(fresh(id));
        }
        assertThat(queue.offer(fresh(101), now)).isEmpty();
        for (int id = 1; id <= 100; id++) {
            assertThat(queue.offerLater(progress(id, 1), Haste.PROGRESS, now)).isTrue();
        }
        assertThat(queue.offerLater(progress(101, 1), Haste.PROGRESS, now)).isFalse();
        assertThat(queue.offerLater(progress(100, 2), Haste.PROGRESS, now))
                .as("in place of an older one")
                .isTrue();
        queue.cameBack(first);
        assertThat(take().writes()).hasSize(50);
        assertThat(queue.offer(fresh(101), now)).isPresent();
    }

    @Test
    void aWriteCanBeWithdrawnUntilItIsUnderWay() {
        Waiting withdrawn = offer(fresh(1));
        Waiting going = offer(fresh(2));
        assertThat(queue.withdraw(withdrawn)).isTrue();
        assertThat(ids(take())).containsExactly(2L);
        assertThat(queue.withdraw(going)).isFalse();
    }

    @Test
    void slowCommitsGoSideBySide() {
        offer(fresh(1));
        Going first = take();
        offer(fresh(2));
        assertThat(queue.take(now)).as("a fast commit is soon back").isEmpty();
        commitsAreSlow();
        assertThat(queue.lanes()).isEqualTo(4);
        assertThat(ids(take())).containsExactly(2L);
        queue.cameBack(first);
        for (int commit = 0; commit < 100; commit++) {
            queue.committed(MS / 10);
        }
        assertThat(queue.lanes()).isEqualTo(1);
    }

    @Test
    void aFailedLaterStateIsTriedAgainUnlessThereIsANewerOne() {
        queue.offerLater(progress(1, 1), Haste.PROGRESS, now);
        now += 200 * MS;
        Going failed = take();
        queue.cameBack(failed);
        assertThat(queue.isOvertaken(failed.writes().getFirst())).isFalse();
        queue.offerAgain(failed.writes().getFirst(), now + 250 * MS);
        assertThat(queue.wakeIn(now)).hasValue(250 * MS);
        now += 250 * MS;
        Going again = take();
        queue.offerLater(progress(1, 2), Haste.PROGRESS, now);
        queue.cameBack(again);
        assertThat(queue.isOvertaken(again.writes().getFirst())).isTrue();
    }

    /// Written after it, the older state would undo a decision that somebody was told of.
    @Test
    void aFailedLaterStateIsNotTriedAgainBehindANewerOneThatSomebodyWaitsFor() {
        queue.offerLater(progress(1, 1), Haste.PROGRESS, now);
        now += 200 * MS;
        Going failed = take();
        offer(progress(1, 2));
        queue.cameBack(failed);
        assertThat(queue.isOvertaken(failed.writes().getFirst())).isTrue();
        assertThat(take().writes()).hasSize(1);
    }

    @Test
    void hurryingSendsOutWhatIsWantedAndNamesWhatIsUnderWay() {
        queue.offerLater(Writes.waits(1), Haste.END, now);
        now += 20 * MS;
        Going underWay = take();
        queue.offerLater(progress(2, 1), Haste.PROGRESS, now);
        queue.offerLater(progress(3, 1), Haste.PROGRESS, now);

        assertThat(queue.hurry(state -> state.sagaId() <= 2, now)).hasSize(2);
        queue.cameBack(underWay);
        assertThat(ids(take())).containsExactly(2L);
        assertThat(queue.hurry(state -> state.lease().equals(new Lease(9, 1)), now))
                .isEmpty();
    }

    @Test
    void theJournalWaitsForTheRestOfItsSagaAndGoesWhenItIsDueOrSoonWillBe() {
        journal.offer(Writes.attempt(1), now);
        offer(fresh(1));
        Going tooEarly = take();
        assertThat(tooEarly.attempts()).isEmpty();
        queue.cameBack(tooEarly);
        now += 150 * MS;
        journal.offer(Writes.attempt(1), now);
        offer(fresh(1));
        Going together = take();
        assertThat(together.attempts()).hasSize(1);
        assertThat(together.attempts().getFirst().attempts()).hasSize(2);
        queue.cameBack(together);
        journal.offer(Writes.attempt(2), now);
        assertThat(queue.wakeIn(now)).hasValue(200 * MS);
        now += 200 * MS;
        assertThat(take().attempts()).containsExactly(Writes.attempt(2));
    }

    /// As if so many sagas of 50 ms had followed each other closely for a second.
    private void sagasSideBySide(int count) {
        for (int round = 0; round < 20; round++) {
            for (int id = 0; id < count; id++) {
                activity.began(100_000 + id, now);
            }
            now += 50 * MS;
            for (int id = 0; id < count; id++) {
                activity.ended(100_000 + id, now);
            }
        }
        assertThat(activity.concurrency(now)).isBetween(count * 0.8, count * 1.2);
    }

    private void commitsAreSlow() {
        for (int commit = 0; commit < 50; commit++) {
            queue.committed(10 * MS);
        }
    }

    private Waiting offer(Write write) {
        return queue.offer(write, now).orElseThrow();
    }

    private Going take() {
        Optional<Going> going = queue.take(now);
        assertThat(going).isPresent();
        return going.get();
    }

    private static List<Long> ids(Going going) {
        return going.writes().stream().map(waiting -> waiting.write().sagaId()).toList();
    }
}
