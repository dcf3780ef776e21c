package io.ordersaga.coordinator.admin.access;

import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/// Deletes sessions that ended by themselves, and attempts to sign in that nobody has to wait for any more. Every node
/// does it; rows that another one deletes at the same time are no trouble. Thread-safe.
final class EndedAccess {
    private static final int ROWS_AT_A_TIME = 500;
    /// With every round so many rows at most: what is left is left for the next.
    private static final int TIMES_MAX = 20;
    /// Longer than any wait between two attempts: whoever tries again after it starts anew.
    private static final Duration ATTEMPTS_KEPT = Duration.ofDays(1);

    private final SessionTable sessions;
    private final AttemptTable attempts;
    private final AccessSettings settings;

    EndedAccess(Jdbi jdbi, AccessSettings settings) {
        this.sessions = jdbi.onDemand(SessionTable.class);
        this.attempts = jdbi.onDemand(AttemptTable.class);
        this.settings = settings;
    }

    /// One round.
    void forget() {
        long idle = settings.session().idle().toSeconds();
        int times = 0;
        while (times < TIMES_MAX && sessions.deleteEnded(idle, ROWS_AT_A_TIME) == ROWS_AT_A_TIME) {
            times++;
        }
        while (times < TIMES_MAX && attempts.forgetOld(ATTEMPTS_KEPT.toSeconds(), ROWS_AT_A_TIME) == ROWS_AT_A_TIME) {
            times++;
        }
    }
}
