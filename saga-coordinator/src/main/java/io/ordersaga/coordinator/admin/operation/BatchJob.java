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
import io.ordersaga.coordinator.engine.UnreadableSagaException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;

/// What a batch does to one transaction. When a node is killed, what it did last is not written down, and
/// is done once more by another: what such a repetition is denied, because it was done, was done.
///
/// @param by only of an operation that moves a deadline
/// @param selected whether a filter found the transactions, so that each of them was there
/// @param since when the batch began, UTC
record BatchJob(OperationKind operation, Author author, Optional<Duration> by, boolean selected, LocalDateTime since) {

    private static final int DETAIL_LENGTH_MAX = 1000;

    static BatchJob of(BatchJobTable.Row row) {
        return new BatchJob(
                OperationKind.valueOf(row.operation()),
                new Author(row.author(), row.reason()),
                row.deadlineMillis().map(Duration::ofMillis),
                !row.filter().isEmpty(),
                row.created());
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
            if (operation == OperationKind.ADD_NOTE && operations.wasNoted(gid, author, since)) {
                return new Result(Outcome.SUCCEEDED, "");
            }
            Answer answer = answer(gid, operations);
            return answer instanceof Done || wasDone(gid, operations, answer)
                    ? new Result(Outcome.SUCCEEDED, "")
                    : new Result(Outcome.DENIED, detail(answer));
        } catch (StoreUnavailableException passing) {
            throw passing;
        } catch (UnreadableSagaException unreadable) {
            return new Result(Outcome.DENIED, "this coordinator cannot read it");
        } catch (RuntimeException failure) {
            String text = String.valueOf(failure);
            String detail = text.length() <= DETAIL_LENGTH_MAX ? text : text.substring(0, DETAIL_LENGTH_MAX);
            return new Result(Outcome.FAILED, detail);
        }
    }

    private static String detail(Answer answer) {
        return switch (answer) {
            case Done _ -> "";
            case Denied(var _, var why) -> why.name() + ": " + why.text();
            case Changed _ -> "its state changed";
            case Missing _ -> "there is no such transaction";
        };
    }

    private Answer answer(Gid gid, TransactionOperations operations) {
        return switch (operation) {
            case ADD_NOTE -> operations.note(gid, author);
            case DELETE -> operations.delete(gid, Expected.ANY, author);
            case RETRY, PAUSE, RESUME, PARK, RELEASE, ROLL_BACK, EXTEND_DEADLINE, FORCE_BRANCH, SKIP_BRANCH ->
                operations.operate(gid, one(), Expected.ANY, author);
        };
    }

    private Operation one() {
        return switch (operation) {
            case RETRY -> new Operation.Retry();
            case PAUSE -> new Operation.Pause(author.text());
            case RESUME -> new Operation.Resume();
            case PARK -> new Operation.Park("parked " + author.text());
            case RELEASE -> new Operation.Release();
            case ROLL_BACK -> new Operation.RollBack(Rejection.ofReason("rolled back " + author.text()));
            case EXTEND_DEADLINE -> new Operation.ExtendDeadline(by.orElseThrow());
            case ADD_NOTE, DELETE, FORCE_BRANCH, SKIP_BRANCH ->
                throw new IllegalStateException(operation + " is no operation on a whole transaction that goes on");
        };
    }

    /// Whether this batch did it before it was denied now. A transaction that was deleted has no notes any
    /// more, but those of a filter were there.
    private boolean wasDone(Gid gid, TransactionOperations operations, Answer denied) {
        return switch (operation) {
            case DELETE -> selected && denied instanceof Missing;
            case ADD_NOTE -> false;
            case RETRY, PAUSE, RESUME, PARK, RELEASE, ROLL_BACK, EXTEND_DEADLINE, FORCE_BRANCH, SKIP_BRANCH ->
                operations.wasDone(gid, one(), author, since);
        };
    }
}
