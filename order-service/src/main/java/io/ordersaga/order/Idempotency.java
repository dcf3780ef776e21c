package io.ordersaga.order;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.IdempotencyTable.RecordRow;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that a named request takes effect once and is always answered the same: the answer is kept
/// beside what it is about. A request whose answer was never kept, because its program died, is taken over
/// by whoever repeats it after the lease. Thread-safe.
final class Idempotency {
    private static final Logger log = LoggerFactory.getLogger(Idempotency.class);
    private static final int HTTP_OK = 200;

    private final IdempotencyTable records;
    private final OrderConfig.Idempotency config;

    Idempotency(IdempotencyTable records, OrderConfig.Idempotency config) {
        this.records = records;
        this.config = config;
    }

    /// What is known about a request that was sent before.
    ///
    /// @param response absent when it was never answered; the caller goes on with its subject now
    /// @param httpCode 0 when the subject's row tells the answer
    record Earlier(String subjectId, Optional<byte[]> response, int httpCode) {}

    /// The earlier request of the same name; empty when there is none.
    ///
    /// @throws RefusalException IDEMPOTENCY_KEY_REUSED when that was another request,
    ///     IDEMPOTENCY_IN_PROGRESS when it may be answered any moment
    Optional<Earlier> earlier(RequestKey key) {
        return records.find(key).map(row -> earlier(key, row));
    }

    private Earlier earlier(RequestKey key, RecordRow row) {
        if (!key.hash().equals(row.requestHash())) {
            throw Refusals.requestIdReused(key.requestId());
        }
        byte @Nullable [] response = row.response();
        if (response != null) {
            ResponseHeaders.add(ResponseHeaders.REPLAYED, "true");
            return new Earlier(row.subjectId(), Optional.of(response), row.httpCode());
        }
        if (row.inFlight() || records.takeOver(key, config.leaseMicros()) == 0) {
            throw Refusals.requestInProgress(key.requestId());
        }
        log.info("Took over a request about {} that was never answered", row.subjectId());
        return new Earlier(row.subjectId(), Optional.empty(), 0);
    }

    /// Keeps the answer to the request that made `subjectId`.
    void finish(RequestKey key, String subjectId, Message answer, int httpCode) {
        records.finish(key, subjectId, answer.toByteArray(), httpCode);
    }

    /// Keeps that the subject's row tells the answer.
    void finishByRow(RequestKey key, String subjectId) {
        records.finish(key, subjectId, new byte[0], 0);
    }

    void release(RequestKey key, String subjectId) {
        records.release(key, subjectId);
    }

    /// Does `deed` unless its request was answered before, and returns the answer. A refusal is not kept:
    /// whoever repeats the request may have better luck.
    ///
    /// @param subjectId what a first request is about; of this attempt only
    /// @param deed may be done again about the same subject when its answer was lost
    <A extends Message> A once(
            Optional<RequestKey> named, String subjectId, Parser<A> parser, Function<String, A> deed) {
        if (named.isEmpty()) {
            return deed.apply(subjectId);
        }
        RequestKey key = named.get();
        if (records.claim(key, subjectId, config.leaseMicros(), config.keptMicros())) {
            return keep(key, subjectId, deed);
        }
        Earlier earlier = earlier(key).orElseThrow(() -> Refusals.requestInProgress(key.requestId()));
        return earlier.response().isPresent()
                ? parse(parser, earlier.response().get())
                : keep(key, earlier.subjectId(), deed);
    }

    private <A extends Message> A keep(RequestKey key, String subjectId, Function<String, A> deed) {
        try {
            A answer = deed.apply(subjectId);
            finish(key, subjectId, answer, HTTP_OK);
            return answer;
        } catch (RefusalException e) {
            release(key, subjectId);
            throw e;
        }
    }

    static <A extends Message> A parse(Parser<A> parser, byte[] response) {
        try {
            return parser.parseFrom(response);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A kept answer cannot be read", e);
        }
    }

    /// Forgets what was kept long enough, a bounded number of records at a time.
    void purge() {
        for (int round = 0; round < config.purgeRounds(); round++) {
            if (records.purge(config.purgeBatch()) < config.purgeBatch()) {
                return;
            }
        }
        log.warn("More old requests than one purge may forget; the next one goes on");
    }
}
