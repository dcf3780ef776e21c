package io.ordersaga.coordinator.admin.operation;

import com.google.protobuf.Timestamp;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Operations;
import io.ordersaga.coordinator.engine.Operations.State;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StateTag;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.Hold;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.OperationTable;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.TransactionStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// How the engine's words and the contract's meet.
final class OperationProtos {

    private OperationProtos() {}

    static Role leastRole(OperationKind operation) {
        return operation == OperationKind.DELETE ? Role.ADMIN : Role.OPERATOR;
    }

    static Operation.Kind kind(OperationKind operation) {
        return switch (operation) {
            case RETRY -> Operation.Kind.RETRY;
            case PAUSE -> Operation.Kind.PAUSE;
            case RESUME -> Operation.Kind.RESUME;
            case PARK -> Operation.Kind.PARK;
            case RELEASE -> Operation.Kind.RELEASE;
            case ROLL_BACK -> Operation.Kind.ROLL_BACK;
            case FORCE_BRANCH -> Operation.Kind.FORCE_BRANCH;
            case SKIP_BRANCH -> Operation.Kind.SKIP_BRANCH;
            case EXTEND_DEADLINE -> Operation.Kind.EXTEND_DEADLINE;
            case ADD_NOTE -> Operation.Kind.ADD_NOTE;
            case DELETE -> Operation.Kind.DELETE;
        };
    }

    /// @throws IllegalArgumentException for what the rules of the contract keep out
    static OperationKind kind(Operation.Kind operation) {
        for (OperationKind kind : OperationKind.values()) {
            if (kind(kind) == operation) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no operation: " + operation);
    }

    static TransactionStatus.Value status(SagaStatus status) {
        return switch (status) {
            case PREPARED -> TransactionStatus.Value.PREPARED;
            case SUBMITTED -> TransactionStatus.Value.SUBMITTED;
            case ABORTING -> TransactionStatus.Value.ABORTING;
            case SUCCEEDED -> TransactionStatus.Value.SUCCEEDED;
            case FAILED -> TransactionStatus.Value.FAILED;
        };
    }

    /// Empty when none is meant.
    static Optional<SagaStatus> status(TransactionStatus.Value status) {
        for (SagaStatus each : SagaStatus.values()) {
            if (status(each) == status) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    static Hold.Kind hold(io.ordersaga.coordinator.engine.Hold hold) {
        return switch (hold) {
            case NOT_HELD -> Hold.Kind.NOT_HELD;
            case PARKED -> Hold.Kind.PARKED;
            case PAUSED -> Hold.Kind.PAUSED;
        };
    }

    static OperationTable table() {
        OperationTable.Builder table = OperationTable.newBuilder();
        for (OperationKind operation : OperationKind.values()) {
            OperationTable.Row.Builder row = OperationTable.Row.newBuilder()
                    .setOperation(kind(operation))
                    .setText(operation.text())
                    .setNeedsReason(operation.needsReason())
                    .setNeedsStep(operation.needsStep())
                    .setBatch(operation.isForMany())
                    .setLeastRole(leastRole(operation));
            for (State state : State.all()) {
                Optional<Denial> denial = Operations.denial(operation, state);
                row.addCells(OperationTable.Cell.newBuilder()
                        .setMode(state.mode().wireName())
                        .setStatus(status(state.status()))
                        .setHold(hold(state.hold()))
                        .setAllowed(denial.isEmpty())
                        .setDenial(denial.map(Denial::name).orElse(""))
                        .setText(denial.map(Denial::text).orElse("")));
            }
            table.addRows(row);
        }
        return table.build();
    }

    static OperationResult result(Saga saga, Engine engine) {
        OperationResult.Builder result = OperationResult.newBuilder()
                .setGid(saga.gid().value())
                .setMode(saga.definition().mode().wireName())
                .setStatus(status(saga.status()))
                .setHold(hold(io.ordersaga.coordinator.engine.Hold.of(saga)))
                .setHoldReason(saga.parked().orElse(""))
                .setEtag(StateTag.of(saga));
        engine.deadline(saga).ifPresent(deadline -> result.setDeadline(timestamp(deadline)));
        for (OperationKind operation : OperationKind.values()) {
            Optional<Denial> denial = Operations.denial(operation, saga);
            result.addOperations(Availability.newBuilder()
                    .setOperation(kind(operation))
                    .setAllowed(denial.isEmpty())
                    .setDenial(denial.map(Denial::name).orElse(""))
                    .setText(denial.map(Denial::text).orElse(""))
                    .setNeedsReason(operation.needsReason())
                    .setLeastRole(leastRole(operation))
                    .addAllSteps(Operations.steps(operation, saga)));
        }
        List<StepProgress> steps = saga.progress().steps();
        for (int step = 0; step < steps.size(); step++) {
            if (steps.get(step).action().forced()) {
                result.addForcedSteps(step);
            }
            if (steps.get(step).compensation().forced()) {
                result.addSkippedSteps(step);
            }
        }
        return result.build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    /// @param utc as the database has it
    static Timestamp timestamp(LocalDateTime utc) {
        return timestamp(utc.toInstant(ZoneOffset.UTC));
    }

    static com.google.protobuf.Duration duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static com.google.protobuf.Duration micros(long micros) {
        return duration(Duration.ofNanos(micros * 1_000));
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }
}
