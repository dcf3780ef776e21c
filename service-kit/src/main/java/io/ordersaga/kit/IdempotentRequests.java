package io.ordersaga.kit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/// Does requests in one transaction each, and those with a request id once: the answer is remembered in the
/// transaction that did the work, under the caller's user id, and given again byte for byte. What was
/// refused is not remembered. Thread-safe.
public final class IdempotentRequests {
    private final Jdbi jdbi;
    private final ErrorDomain domain;
    private final IdempotencyConfig config;

    IdempotentRequests(Jdbi jdbi, ErrorDomain domain, IdempotencyConfig config) {
        this.jdbi = jdbi;
        this.domain = domain;
        this.config = config;
    }

    /// Hands `work` the SQL object `table` within a transaction; whatever it throws undoes all it did.
    public <T, R> R inTransaction(Class<T> table, Function<T, R> work) {
        return jdbi.inTransaction(handle -> work.apply(handle.attach(table)));
    }

    /// The same, unless the request was done before: then it is answered as it was.
    ///
    /// @throws RefusalException INVALID_ARGUMENT, IDEMPOTENCY_KEY_REUSED, when another request had the same
    ///     id; ABORTED, IDEMPOTENCY_IN_PROGRESS, when the same request is being done and does not end soon
    public <T, A extends Message> A run(IdempotentRequest<A> request, Class<T> table, Function<T, A> work) {
        if (request.requestId().isEmpty()) {
            return inTransaction(table, work);
        }
        var key = new IdempotencyTable.Key(Caller.current().userId(), request.method(), request.requestId());
        byte[] hash = sha256(request.body().toByteArray());
        return jdbi.inTransaction(handle -> {
            IdempotencyTable memory = handle.attach(IdempotencyTable.class);
            return begin(memory, key, hash)
                    ? remember(memory, key, doWork(handle, table, work))
                    : again(memory, key, hash, request.answerType());
        });
    }

    /// Forgets what is older than it has to be kept.
    void purge() {
        long seconds = config.keptFor().toSeconds();
        int purged = config.purgeBatch();
        while (purged == config.purgeBatch()) {
            purged = jdbi.onDemand(IdempotencyTable.class).purge(seconds, config.purgeBatch());
        }
    }

    private static <T, A> A doWork(Handle handle, Class<T> table, Function<T, A> work) {
        return work.apply(handle.attach(table));
    }

    private boolean begin(IdempotencyTable memory, IdempotencyTable.Key key, byte[] hash) {
        try {
            return memory.begin(key, hash);
        } catch (UnableToExecuteStatementException e) {
            if (DatabaseErrors.isLockWaitTimeout(e)) {
                throw inProgress();
            }
            throw e;
        }
    }

    private static <A extends Message> A remember(IdempotencyTable memory, IdempotencyTable.Key key, A answer) {
        if (!memory.answer(key, answer.toByteArray())) {
            throw new IllegalStateException("The memory of " + key + " was lost while it was being done");
        }
        return answer;
    }

    @SuppressWarnings("unchecked") // A parser of the answer's type makes answers of that type.
    private <A extends Message> A again(IdempotencyTable memory, IdempotencyTable.Key key, byte[] hash, A answerType) {
        // Purged between the two statements, it can be done as if it were new.
        IdempotencyTable.Remembered remembered = memory.remembered(key).orElseThrow(this::inProgress);
        if (!Arrays.equals(hash, HexFormat.of().parseHex(remembered.requestHash()))) {
            throw domain.refusal(
                    Status.Code.INVALID_ARGUMENT,
                    "IDEMPOTENCY_KEY_REUSED",
                    "another request had the same id",
                    Map.of("request_id", key.requestId()));
        }
        try {
            A answer =
                    (A) answerType.getParserForType().parseFrom(HexFormat.of().parseHex(remembered.answer()));
            ReplayHeader.replayed();
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The remembered answer of " + key + " is unreadable", e);
        }
    }

    private RefusalException inProgress() {
        return domain.refusal(
                        Status.Code.ABORTED, "IDEMPOTENCY_IN_PROGRESS", "the same request is being done", Map.of())
                .with(StatusMapper.retryInfo());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
