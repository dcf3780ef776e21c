package io.ordersaga.kit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does requests with an id once. The id is claimed in the transaction of the work, so there is never one
/// without the other; a repeated request gets the same answer, byte for byte. What was refused is not kept,
/// unless the refusal is a lasting one. Thread-safe.
public final class IdempotentRequests {
    private static final Logger log = LoggerFactory.getLogger(IdempotentRequests.class);

    private final Jdbi jdbi;
    private final Connections connections;
    private final ErrorDomain domain;
    private final IdempotencyConfig config;

    IdempotentRequests(Jdbi jdbi, Connections connections, ErrorDomain domain, IdempotencyConfig config) {
        this.jdbi = jdbi;
        this.connections = connections;
        this.domain = domain;
        this.config = config;
    }

    /// Hands `work` the SQL object `table` within a transaction; whatever it throws undoes all it did.
    public <T, R> R inTransaction(Class<T> table, Function<T, R> work) {
        return inTransaction(handle -> work.apply(handle.attach(table)));
    }

    /// The same, unless the request was done before: then it is answered as it was.
    ///
    /// @throws RefusalException INVALID_ARGUMENT, IDEMPOTENCY_KEY_REUSED, when another request had the same
    ///     id; ABORTED, IDEMPOTENCY_IN_PROGRESS, when the same request is being done and does not end soon
    public <T, A extends Message> A run(IdempotentRequest<A> request, Class<T> table, Function<T, A> work) {
        if (!request.named()) {
            return inTransaction(table, work);
        }
        IdempotencyTable.Key key = request.key();
        String subjectId = UUID.randomUUID().toString();
        Optional<A> answer = inTransaction(handle -> {
            IdempotencyTable records = handle.attach(IdempotencyTable.class);
            if (!claimed(records, key, subjectId)) {
                return Optional.empty();
            }
            A made = work.apply(handle.attach(table));
            keep(records, key, subjectId, made.toByteArray(), IdempotencyTable.ANSWERED);
            return Optional.of(made);
        });
        if (answer.isPresent()) {
            return answer.get();
        }
        IdempotencyTable.Row earlier = earlier(key);
        String response = earlier.response();
        if (response == null) {
            throw inProgress(key);
        }
        return replay(request, response, earlier.httpCode());
    }

    /// Does what takes longer than a transaction, unless the request was answered before: then it is answered as it
    /// was. One that was begun and not answered, because its program died, is gone on with once its lease is over.
    ///
    /// @param subjectId names what a new request is about; of this attempt only
    /// @throws RefusalException as [#run] does, and what the undertaking refuses
    public <A extends Message> A run(IdempotentRequest<A> request, String subjectId, Undertaking<A> undertaking) {
        if (!request.named()) {
            Runnable begin = undertaking.prepare(subjectId);
            inTransaction(handle -> done(begin));
            return undertaking.finish(subjectId);
        }
        IdempotencyTable.Key key = request.key();
        if (records().find(key).isEmpty()) {
            Runnable begin = undertaking.prepare(subjectId);
            if (inTransaction(
                    handle -> claimed(handle.attach(IdempotencyTable.class), key, subjectId) && done(begin))) {
                return finish(key, subjectId, undertaking);
            }
        }
        IdempotencyTable.Row earlier = earlier(key);
        String response = earlier.response();
        if (response != null && !response.isEmpty()) {
            return replay(request, response, earlier.httpCode());
        }
        // An empty one was kept by those who left it to the subject to tell the answer.
        if (response == null) {
            if (earlier.inFlight() || !records().takeOver(key, config.leaseMicros())) {
                throw inProgress(key);
            }
            log.info("Took over a request about {} that was never answered", earlier.subjectId());
        }
        return finish(key, earlier.subjectId(), undertaking);
    }

    private <A extends Message> A finish(IdempotencyTable.Key key, String subjectId, Undertaking<A> undertaking) {
        try {
            A answer = undertaking.finish(subjectId);
            records().keep(key, subjectId, answer.toByteArray(), IdempotencyTable.ANSWERED);
            return answer;
        } catch (RefusalException e) {
            if (e.lasts()) {
                records().keep(key, subjectId, e.toStatus().toByteArray(), IdempotencyTable.REFUSED);
            } else {
                records().release(key, subjectId);
            }
            throw e;
        }
    }

    /// Forgets what was kept long enough, a bounded number of requests at a time.
    public void purge() {
        for (int round = 0; round < config.purgeRounds(); round++) {
            if (records().purge(config.purgeBatch()) < config.purgeBatch()) {
                return;
            }
        }
        log.warn("More old requests than one purge may forget; the next one goes on");
    }

    private boolean claimed(IdempotencyTable records, IdempotencyTable.Key key, String subjectId) {
        try {
            return records.claim(key, subjectId, config.leaseMicros(), config.keptMicros());
        } catch (UnableToExecuteStatementException e) {
            if (DatabaseErrors.isLockWaitTimeout(e)) {
                throw inProgress(key);
            }
            throw e;
        }
    }

    private static void keep(
            IdempotencyTable records, IdempotencyTable.Key key, String subjectId, byte[] response, int httpCode) {
        if (!records.keep(key, subjectId, response, httpCode)) {
            throw new IllegalStateException("The claim of " + key + " was lost while it was being done");
        }
    }

    /// The request that had this id first.
    private IdempotencyTable.Row earlier(IdempotencyTable.Key key) {
        // Forgotten between two statements, it can be done as if it were new: the next time it comes.
        IdempotencyTable.Row earlier = records().find(key).orElseThrow(() -> inProgress(key));
        if (!earlier.requestHash().equals(key.hash())) {
            throw domain.refusal(
                    Status.Code.INVALID_ARGUMENT,
                    "IDEMPOTENCY_KEY_REUSED",
                    "this request_id was used for another request",
                    Map.of("request_id", key.requestId()));
        }
        return earlier;
    }

    @SuppressWarnings("unchecked") // A parser of the answer's type makes answers of that type.
    private static <A extends Message> A replay(IdempotentRequest<A> request, String hex, int httpCode) {
        byte[] response = HexFormat.of().parseHex(hex);
        try {
            if (httpCode == IdempotencyTable.REFUSED) {
                throw RefusalException.of(com.google.rpc.Status.parseFrom(response));
            }
            A answer = (A) request.answerType().getParserForType().parseFrom(response);
            ReplayHeader.replayed();
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The kept answer to " + request.requestId() + " is unreadable", e);
        }
    }

    private RefusalException inProgress(IdempotencyTable.Key key) {
        return domain.refusal(
                        Status.Code.ABORTED,
                        "IDEMPOTENCY_IN_PROGRESS",
                        "the request with this request_id is not answered yet",
                        Map.of("request_id", key.requestId()))
                .with(StatusMapper.retryInfo());
    }

    private IdempotencyTable records() {
        return jdbi.onDemand(IdempotencyTable.class);
    }

    /// Every SQL object that `work` uses takes part in the transaction.
    private <R> R inTransaction(Function<Handle, R> work) {
        return jdbi.inTransaction(handle -> connections.using(handle.getConnection(), () -> work.apply(handle)));
    }

    private static boolean done(Runnable begin) {
        begin.run();
        return true;
    }
}
