package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.SagaStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How often each kind of fault met a saga of each shape in each status: the cells of the 'sometimes' table. An
/// empty cell after many seeds says that a generator is dead.
@SuppressWarnings("EnumOrdinal") // dense counters of one run, never stored
public final class Coverage {

    private static final int KINDS = FaultKind.values().length;
    private static final int STATUSES = SagaStatus.values().length;
    private static final int SHAPES = Shape.values().length;

    /// What can only meet a saga on which somebody works.
    private static final Set<SagaStatus> UNFINISHED = EnumSet.of(SagaStatus.SUBMITTED, SagaStatus.ABORTING);

    private static final Set<SagaStatus> ANY = EnumSet.complementOf(EnumSet.of(SagaStatus.PREPARED));

    private final long[] hits = new long[KINDS * STATUSES * SHAPES];
    private final long[] faults = new long[KINDS];

    void strike(FaultKind kind) {
        faults[kind.ordinal()]++;
    }

    void meet(FaultKind kind, SagaStatus status, Shape shape) {
        hits[cell(kind, status, shape)]++;
    }

    public void add(Coverage other) {
        for (int cell = 0; cell < hits.length; cell++) {
            hits[cell] += other.hits[cell];
        }
        for (int kind = 0; kind < KINDS; kind++) {
            faults[kind] += other.faults[kind];
        }
    }

    public long faults() {
        long sum = 0;
        for (long count : faults) {
            sum += count;
        }
        return sum;
    }

    public long faults(FaultKind kind) {
        return faults[kind.ordinal()];
    }

    public long met(FaultKind kind, SagaStatus status, Shape shape) {
        return hits[cell(kind, status, shape)];
    }

    /// The cells that should not be empty and are.
    public List<String> empty() {
        List<String> empty = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            for (SagaStatus status : expected(kind)) {
                for (Shape shape : Shape.values()) {
                    if (met(kind, status, shape) == 0) {
                        empty.add(kind + " x " + status + " x " + shape);
                    }
                }
            }
        }
        return empty;
    }

    /// The statuses that a kind of fault can meet.
    static Set<SagaStatus> expected(FaultKind kind) {
        return switch (kind) {
            case STORE_OVERLOADED, OPERATOR_ROLLS_BACK, OPERATOR_FORCES, OPERATOR_EXTENDS ->
                EnumSet.of(SagaStatus.SUBMITTED);
            case OPERATOR_SKIPS -> EnumSet.of(SagaStatus.ABORTING);
            case SUBMIT_LOST, RESUBMIT, OTHER_BODY, WAKE -> ANY;
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
                    STORE_DOWN,
                    NODE_CRASH,
                    NODE_PAUSE,
                    NODE_STOP,
                    OTHER_BUILD,
                    CLOCK_JUMP,
                    RELEASE,
                    OPERATOR_RETRIES,
                    OPERATOR_PAUSES,
                    OPERATOR_RESUMES,
                    OPERATOR_PARKS -> UNFINISHED;
        };
    }

    private static int cell(FaultKind kind, SagaStatus status, Shape shape) {
        return (kind.ordinal() * STATUSES + status.ordinal()) * SHAPES + shape.ordinal();
    }
}
