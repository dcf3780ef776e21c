package io.ordersaga.simulation.world;

/// What can go wrong. Each kind is on in some seeds only, at a rate of the seed's own.
public enum FaultKind {
    REQUEST_LOST(0.25, "a call of a branch never arrives"),
    REPLY_LOST(0.25, "a branch's answer never arrives"),
    DUPLICATED(0.3, "a call of a branch arrives twice, the second time later"),
    DELAYED(0.2, "a call or an answer is late by up to 15 s, and others overtake it"),
    UNREACHABLE(0.15, "the participant cannot be reached"),
    BRANCH_ERROR(0.15, "the participant answers with an error before it does anything"),
    LOCK_WAIT(0.05, "1205 in a participant's transaction"),
    DEADLOCK(0.05, "1213 in a participant's transaction"),
    CONNECTION_DIED(0.05, "a participant's connection dies in the middle of a transaction"),
    LOCKS_LEFT(0.04, "as before, and its locks stay for a while"),
    COMMIT_ACK_LOST(0.1, "a participant's commit is carried out, but looks failed"),
    STORE_FAILED_BEFORE(0.1, "a statement of a node fails and did nothing"),
    STORE_FAILED_AFTER(0.1, "a statement of a node is carried out, but looks failed"),
    STORE_SLOW(0.1, "a statement of a node takes up to 3 s"),
    STORE_OVERLOADED(0.1, "a submit finds the queue of writes full"),
    STORE_DOWN(0.004, "the database is away for up to 6 s"),
    NODE_CRASH(0.02, "a node dies where it stands, with what it had not written"),
    NODE_PAUSE(0.02, "a node stands still, often for longer than the lease, and goes on"),
    NODE_STOP(0.01, "a node stops in good order, hands over, and comes back"),
    OTHER_BUILD(0.5, "a node comes back as the older or the newer build"),
    CLOCK_JUMP(0.01, "a node's clock jumps by up to an hour"),
    SUBMIT_LOST(0.3, "a submit or its answer never arrives"),
    RESUBMIT(0.6, "a client submits a saga again that was taken"),
    OTHER_BODY(0.4, "a client submits another saga under a gid that is taken"),
    RELEASE(0.6, "an operator releases a parked saga"),
    WAKE(0.3, "an operator wakes a saga that may be waiting"),
    OPERATOR_RETRIES(0.3, "an operator retries a saga, whoever works on it"),
    OPERATOR_PAUSES(0.2, "an operator pauses a saga, whoever works on it"),
    OPERATOR_RESUMES(0.6, "an operator resumes a paused saga"),
    OPERATOR_PARKS(0.1, "an operator parks a saga, whoever works on it"),
    OPERATOR_ROLLS_BACK(0.15, "an operator rolls a saga back, whoever works on it"),
    OPERATOR_FORCES(0.15, "an operator takes an action as done, whatever it did"),
    OPERATOR_SKIPS(0.2, "an operator takes a compensation as done, whatever it did"),
    OPERATOR_EXTENDS(0.2, "an operator moves a deadline");

    private final double rateMax;
    private final String text;

    FaultKind(double rateMax, String text) {
        this.rateMax = rateMax;
        this.text = text;
    }

    /// Whether it is a decision of an operator about a saga's state; these are on together.
    boolean isOperation() {
        return switch (this) {
            case OPERATOR_RETRIES,
                    OPERATOR_PAUSES,
                    OPERATOR_RESUMES,
                    OPERATOR_PARKS,
                    OPERATOR_ROLLS_BACK,
                    OPERATOR_FORCES,
                    OPERATOR_SKIPS,
                    OPERATOR_EXTENDS -> true;
            case REQUEST_LOST,
                    REPLY_LOST,
                    DUPLICATED,
                    DELAYED,
                    UNREACHABLE,
                    BRANCH_ERROR,
                    LOCK_WAIT,
                    DEADLOCK,
                    CONNECTION_DIED,
                    LOCKS_LEFT,
                    COMMIT_ACK_LOST,
                    STORE_FAILED_BEFORE,
                    STORE_FAILED_AFTER,
                    STORE_SLOW,
                    STORE_OVERLOADED,
                    STORE_DOWN,
                    NODE_CRASH,
                    NODE_PAUSE,
                    NODE_STOP,
                    OTHER_BUILD,
                    CLOCK_JUMP,
                    SUBMIT_LOST,
                    RESUBMIT,
                    OTHER_BODY,
                    RELEASE,
                    WAKE -> false;
        };
    }

    double rateMax() {
        return rateMax;
    }

    public String text() {
        return text;
    }
}
