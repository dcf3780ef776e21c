package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.admin.operation.TransactionOperations.Author;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.OperatorDesk.Answer;
import io.ordersaga.coordinator.engine.OperatorDesk.Changed;
import io.ordersaga.coordinator.engine.OperatorDesk.Denied;
import io.ordersaga.coordinator.engine.OperatorDesk.Done;
import io.ordersaga.coordinator.engine.OperatorDesk.Expected;
import io.ordersaga.coordinator.engine.OperatorDesk.Missing;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;

/// What a batch does to one transaction.
///
/// @param by only of an operation that moves a deadline
record BatchJob(OperationKind operation, Author author, Optional<Duration> by) {

    private static final int DETAIL_LENGTH_MAX = 1000;

    static BatchJob of(BatchJobTable.Row row) {
        return new BatchJob(
                OperationKind.valueOf(row.operation()),
                new Author(row.author(), row.reason()),
                row.deadlineMillis().map(Duration::ofMillis));
    }

    /// What came of one transaction; the constants are words of the table.
    enum Outcome {
        PENDING,
        SUCCEEDED,
        DENIED,
        FAILED
    }

    record Result(Outcome outcome, String detail) {}

    /// @throws StoreUnavailableException when it is to be tried again
    Result on(Gid gid, TransactionOperations operations) {
        try {
            return switch (answer(gid, operations)) {
                case Done _ -> new Result(Outcome.SUCCEEDED, "");
                case Denied(var _, var why) -> new Result(Outcome.DENIED, why.name() + ": " + why.text());
                case Changed _ -> new Result(Outcome.DENIED, "its state changed");
                case Missing _ -> new Result(Outcome.DENIED, "there is no such transaction");
            };
        } catch (StoreUnavailableException passing) {
            throw passing;
        } catch (RuntimeException failure) {
            String text = String.valueOf(failure);
            String detail = text.length() <= DETAIL_LENGTH_MAX ? text : text.substring(0, DETAIL_LENGTH_MAX);
            return new Result(Outcome.FAILED, detail);
        }
    }

    private Answer answer(Gid gid, TransactionOperations operations) {
        return switch (operation) {
            case RETRY -> operate(gid, operations, new Operation.Retry());
            case PAUSE -> operate(gid, operations, new Operation.Pause(author.text()));
            case RESUME -> operate(gid, operations, new Operation.Resume());
            case PARK -> operate(gid, operations, new Operation.Park("parked " + author.text()));
            case RELEASE -> operate(gid, operations, new Operation.Release());
            case ROLL_BACK ->
                operate(gid, operations, new Operation.RollBack(Rejection.ofReason("rolled back " + author.text())));
            case EXTEND_DEADLINE -> operate(gid, operations, new Operation.ExtendDeadline(by.orElseThrow()));
            case ADD_NOTE -> operations.note(gid, author);
            case DELETE -> operations.delete(gid, Expected.ANY, author);
            case FORCE_BRANCH, SKIP_BRANCH ->
                throw new IllegalStateException(operation + " is about one step of one transaction");
        };
    }

    private Answer operate(Gid gid, TransactionOperations operations, Operation one) {
        return operations.operate(gid, one, Expected.ANY, author);
    }
}
