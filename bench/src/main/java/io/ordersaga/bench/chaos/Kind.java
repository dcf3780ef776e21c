package io.ordersaga.bench.chaos;

import java.util.Locale;

/// The faults, and how many of each hundred are of a kind.
public enum Kind {
    KILL_COORDINATOR(Group.KILL, 6),
    /// At a crash point: it has decided to call a branch, and the call has not reached the participant.
    KILL_COORDINATOR_BEFORE_CALL(Group.KILL, 5),
    /// At a crash point: the participant has committed, and the coordinator does not know.
    KILL_COORDINATOR_AFTER_COMMIT(Group.KILL, 5),
    /// At a crash point: what it has decided has not reached the database.
    KILL_COORDINATOR_BEFORE_OWN_COMMIT(Group.KILL, 4),
    /// At a crash point: it is in the database, and the coordinator has not heard so.
    KILL_COORDINATOR_AFTER_OWN_COMMIT(Group.KILL, 4),
    KILL_PARTICIPANT(Group.KILL, 6),
    KILL_PARTICIPANT_BEFORE_CALL(Group.KILL, 6),
    KILL_PARTICIPANT_AFTER_COMMIT(Group.KILL, 6),
    KILL_DATABASE(Group.KILL, 9),
    /// SIGTERM, as in a rolling update.
    STOP_COORDINATOR(Group.STOP, 5),
    /// SIGSTOP for longer than a lease, then SIGCONT.
    PAUSE_COORDINATOR(Group.PAUSE, 12),
    PAUSE_PARTICIPANT(Group.PAUSE, 4),
    PAUSE_DATABASE(Group.PAUSE, 2),
    CUT_CONNECTIONS(Group.NETWORK, 6),
    /// Bytes from the client's side vanish, those from the other side arrive.
    LOSE_REQUEST_BYTES(Group.NETWORK, 4),
    LOSE_ANSWER_BYTES(Group.NETWORK, 4),
    DELAY(Group.NETWORK, 3),
    DROP_CALL(Group.NETWORK, 5),
    DROP_ANSWER(Group.NETWORK, 4);

    /// What the faults are counted by.
    enum Group {
        KILL("kill -9"),
        STOP("SIGTERM"),
        PAUSE("SIGSTOP"),
        NETWORK("network");

        private final String label;

        Group(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final Group group;
    private final int share;

    Kind(Group group, int share) {
        this.group = group;
        this.share = share;
    }

    Group group() {
        return group;
    }

    int share() {
        return share;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
