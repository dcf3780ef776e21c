package io.ordersaga.order;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/// The named requests and their answers. Times are the database's, so that replicas with different clocks
/// agree.
interface IdempotencyTable {
    /// A named request.
    ///
    /// @param subjectId the order or refund that it makes
    /// @param inFlight whether somebody may be about to answer it
    /// @param response absent while there is no answer
    /// @param httpCode of the answer; 0 when the subject's row tells it
    @SuppressWarnings("ArrayRecordComponent") // It is only handed on.
    record RecordRow(
            String subjectId, String requestHash, boolean inFlight, byte @Nullable [] response, int httpCode) {}

    /// Claims the name for a request that makes `subjectId`; false when it is taken, by an earlier request
    /// or by a simultaneous one that came first. Meant for the transaction that makes the subject.
    @Transaction
    default boolean claim(RequestKey key, String subjectId, long leaseMicros, long keptMicros) {
        insertUnlessTaken(key, subjectId, leaseMicros, keptMicros);
        return find(key).map(RecordRow::subjectId).filter(subjectId::equals).isPresent();
    }

    @SqlUpdate("""
            INSERT INTO idempotency_record (
              user_id, method, request_id, request_hash, subject_id, lease_time, expire_time)
            VALUES (
              :userId, :method, :requestId, UNHEX(:hash), :subjectId,
              TIMESTAMPADD(MICROSECOND, :leaseMicros, UTC_TIMESTAMP(3)),
              TIMESTAMPADD(MICROSECOND, :keptMicros, UTC_TIMESTAMP(3)))
                ON DUPLICATE KEY UPDATE request_id = idempotency_record.request_id
            """)
    void insertUnlessTaken(@BindMethods RequestKey key, String subjectId, long leaseMicros, long keptMicros);

    @SqlQuery("""
            SELECT subject_id, LOWER(HEX(request_hash)) AS request_hash, response, http_code,
                   response IS NULL AND lease_time > UTC_TIMESTAMP(3) AS in_flight
              FROM idempotency_record
             WHERE user_id = :userId
               AND method = :method
               AND request_id = :requestId
            """)
    @RegisterConstructorMapper(RecordRow.class)
    Optional<RecordRow> find(@BindMethods RequestKey key);

    /// Takes over a request that nobody answered in time; 0 when another one was faster.
    @SqlUpdate("""
            UPDATE idempotency_record
               SET lease_time = TIMESTAMPADD(MICROSECOND, :leaseMicros, UTC_TIMESTAMP(3))
             WHERE user_id = :userId
               AND method = :method
               AND request_id = :requestId
               AND response IS NULL
               AND lease_time <= UTC_TIMESTAMP(3)
            """)
    int takeOver(@BindMethods RequestKey key, long leaseMicros);

    /// Keeps the answer; the first one stays.
    @SqlUpdate("""
            UPDATE idempotency_record
               SET response = :response,
                   http_code = :httpCode
             WHERE user_id = :userId
               AND method = :method
               AND request_id = :requestId
               AND subject_id = :subjectId
               AND response IS NULL
            """)
    int finish(@BindMethods RequestKey key, String subjectId, byte[] response, int httpCode);

    /// Forgets a request that came to nothing, so that the same one may be tried again.
    @SqlUpdate("""
            DELETE FROM idempotency_record
             WHERE user_id = :userId
               AND method = :method
               AND request_id = :requestId
               AND subject_id = :subjectId
               AND response IS NULL
            """)
    int release(@BindMethods RequestKey key, String subjectId);

    /// Forgets up to `limit` of those that were kept long enough; returns how many.
    @SqlUpdate("""
            DELETE FROM idempotency_record
             WHERE expire_time < UTC_TIMESTAMP(3)
             ORDER BY expire_time
             LIMIT :limit
            """)
    int purge(int limit);
}
