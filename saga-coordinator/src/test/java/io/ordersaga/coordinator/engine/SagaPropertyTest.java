package io.ordersaga.coordinator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random sagas against random participants, each run repeatable by its seed; see [RandomRun] for what happens
/// to them and what is required of every single call.
class SagaPropertyTest {

    private static final int BLOCKS = 20;
    private static final int SEEDS_PER_BLOCK = 2_000;

    @ParameterizedTest(name = "seeds from {0}")
    @MethodSource("blocks")
    void everySagaEndsWithAllOfItsEffectsOrNone(long first) {
        for (long seed = first; seed < first + SEEDS_PER_BLOCK; seed++) {
            RandomRun run = new RandomRun(seed);
            try {
                run.toTheEnd();
                check(run);
            } catch (AssertionError | IllegalStateException failure) {
                throw new AssertionError("seed " + seed + ": " + run.trace(), failure);
            }
        }
    }

    static LongStream blocks() {
        return LongStream.range(0, BLOCKS).map(block -> block * SEEDS_PER_BLOCK);
    }

    private static void check(RandomRun run) {
        assertThat(run.finished()).as("ends").isTrue();
        Saga saga = run.saga();
        int expected = saga.status() == SagaStatus.SUCCEEDED ? 1 : 0;
        for (int step = 0; step < saga.definition().steps().size(); step++) {
            RandomRun.Participant participant = run.participant(step);
            boolean hasCompensation =
                    !saga.definition().steps().get(step).compensation().isEmpty();
            if (expected == 1 || hasCompensation) {
                assertThat(participant.effect())
                        .as("%s, effect of step %s", saga.status(), step)
                        .isEqualTo(expected);
            }
            if (saga.status() == SagaStatus.FAILED && hasCompensation && !run.changedHands()) {
                assertThat(participant.wasUndone())
                        .as("step %s is compensated exactly when its action was called", step)
                        .isEqualTo(participant.wasCalled());
            }
        }
    }
}
