package io.ordersaga.coordinator;

import static io.ordersaga.coordinator.CoordinatorFixture.action;
import static io.ordersaga.coordinator.CoordinatorFixture.compensation;
import static io.ordersaga.coordinator.CoordinatorFixture.saga;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.ordersaga.coordinator.store.StoreFixture;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process dies in the middle of two sagas and another one carries them on: after SIGKILL when the lease
/// of five seconds is over, after SIGTERM at once. The first saga is killed in its second action, the other in
/// its second compensation.
@DatabaseTest
class RestartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final StoreFixture fixture;

    RestartTest(TestDatabase database) {
        this.database = database;
        this.fixture = new StoreFixture(database);
    }

    @Test
    void sagasOutliveTheProcessThatRunsThem(@TempDir Path folder) {
        Path log = folder.resolve("coordinator.log");
        try (ScriptedParticipant forward = ScriptedParticipant.start();
                ScriptedParticipant backward = ScriptedParticipant.start()) {
            try (CoordinatorProcess first = new CoordinatorProcess(database, log)) {
                stopIn(first, forward, backward, "killed");
                first.kill();
            }
            assertThat(fixture.count("status IN ('SUBMITTED', 'ABORTING') AND owner IS NOT NULL"))
                    .isEqualTo(2);

            try (CoordinatorProcess second = new CoordinatorProcess(database, log)) {
                awaitEnds();
                // Progress is written a little later, so the kill may have taken some: those calls are made again.
                assertThat(forward.methods())
                        .startsWith(action(1), action(2))
                        .endsWith(action(2), action(3))
                        .containsOnly(action(1), action(2), action(3));
                assertThat(backward.methods())
                        .startsWith(action(1), action(2), compensation(2), compensation(1))
                        .endsWith(compensation(1))
                        .containsOnly(action(1), action(2), compensation(2), compensation(1))
                        .containsOnlyOnce(action(1), action(2));

                stopIn(second, forward, backward, "stopped");
                second.terminate();
            }
            assertThat(fixture.count("next_due <= UTC_TIMESTAMP(6)"))
                    .as("free at once")
                    .isEqualTo(2);
            try (CoordinatorProcess _ = new CoordinatorProcess(database, log)) {
                awaitEnds();
            }
        }
    }

    private void stopIn(
            CoordinatorProcess coordinator, ScriptedParticipant forward, ScriptedParticipant backward, String gid) {
        CountDownLatch reached = new CountDownLatch(2);
        ScriptedParticipant.Answer hang = call -> {
            reached.countDown();
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
            return new byte[0];
        };
        forward.next(action(2), hang);
        backward.next(action(2), Status.ABORTED).next(compensation(1), hang);
        coordinator.dtm().submit(saga(gid + "-forward", forward, 3).build());
        coordinator.dtm().submit(saga(gid + "-backward", backward, 2).build());
        await().atMost(PATIENCE).until(() -> reached.getCount() == 0);
    }

    private void awaitEnds() {
        await().atMost(PATIENCE).until(() -> fixture.count("finished IS NULL") == 0);
        assertThat(fixture.count("gid LIKE '%-forward' AND status = 'SUCCEEDED'"))
                .isEqualTo(fixture.count("gid LIKE '%-backward' AND status = 'FAILED'"))
                .isPositive();
    }
}
