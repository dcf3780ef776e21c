package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.SettableClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Three loads in a second at most, answers good for two seconds, room for four.
class LiveSnapshotsTest {

    private final SettableClock clock = new SettableClock(Samples.NOW);
    private final LiveSnapshots snapshots = new LiveSnapshots(clock, Duration.ofSeconds(2), 3, 4);
    private final AtomicInteger loads = new AtomicInteger();

    private int ask(String question) {
        return snapshots.get(Integer.class, question, loads::incrementAndGet);
    }

    @Test
    void whoAsksTheSameIsToldTheSameUntilItIsOld() {
        assertThat(ask("overview")).isEqualTo(1);
        clock.advance(Duration.ofMillis(1999));
        assertThat(ask("overview")).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(ask("overview")).isEqualTo(2);
    }

    @Test
    void manyDifferentPagesGetOlderAnswersInsteadOfMoreQuestions() {
        LiveSnapshots many = new LiveSnapshots(clock, Duration.ofSeconds(2), 3, 100);
        for (int page = 0; page < 20; page++) {
            many.get(Integer.class, page, loads::incrementAndGet);
        }
        loads.set(0);
        // Twenty pages that poll every second, for a minute.
        for (int second = 0; second < 60; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int page = 0; page < 20; page++) {
                many.get(Integer.class, page, loads::incrementAndGet);
            }
        }
        assertThat(loads.get()).isBetween(60, 190);
    }

    @Test
    void aChangeIsSeenAtOnce() {
        ask("overview");
        snapshots.forget();
        assertThat(ask("overview")).isEqualTo(2);
    }

    @Test
    void whatNobodyAskedForLongestIsForgottenFirst() {
        for (String question : new String[] {"a", "b", "c", "d", "a", "e"}) {
            ask(question);
        }
        assertThat(ask("a")).isEqualTo(1);
        assertThat(ask("b")).isEqualTo(6);
    }
}
