package io.ordersaga.coordinator.conformance;

import static org.awaitility.Awaitility.await;

import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets time pass for one transaction and for no other. What is due is decided by the database's clock, so its times
/// are moved into the past. A server elsewhere has a clock of its own.
final class SettableTime {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable TestDatabase database;

    /// @param database of the coordinator; null when it is another's
    SettableTime(@Nullable TestDatabase database) {
        this.database = database;
    }

    boolean isOurs() {
        return database != null;
    }

    private TestDatabase ours() {
        TestDatabase known = database;
        if (known == null) {
            throw new IllegalStateException("the clock is another's");
        }
        return known;
    }

    /// Returns when the transaction waits, and has waited so much longer.
    void pass(String gid, Duration time) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ours().update(
                                        "UPDATE saga SET created = created - INTERVAL ? SECOND,"
                                                + " next_due = next_due - INTERVAL ? SECOND"
                                                + " WHERE gid = ? AND owner IS NULL AND next_due IS NOT NULL",
                                        time.toSeconds(),
                                        time.toSeconds(),
                                        gid)
                        == 1);
    }

    /// How long the transaction will wait, once it does.
    Duration untilDue(String gid) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> ours()
                                .rows(
                                        "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_due) FROM saga"
                                                + " WHERE gid = ? AND owner IS NULL AND next_due IS NOT NULL",
                                        gid)
                                .stream()
                                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                                .toList(),
                        (List<Duration> found) -> !found.isEmpty())
                .getFirst();
    }
}
