package io.ordersaga.kit;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// Every statement on `idempotency_record`, which each importing service has in its own schema. Times are the
/// database's, so that replicas with different clocks agree.
@RegisterConstructorMapper(IdempotencyTable.Row.class)
interface IdempotencyTable {
    /// A `response` that is a message.
    int ANSWERED = 200;

    /// A `response` that is a `google.rpc.Status`.
    int REFUSED = 0;

    /// Whose request it is, and which.
    ///
    /// @param hash SHA-256 of the request in hexadecimal digits: tells whether it is the same one
    record Key(String userId, String method, String requestId, String hash) {}

    /// A request that came before.
    ///
    /// @param requestHash in hexadecimal digits
    /// @param inFlight whether somebody may be about to answer it
    /// @param response in hexadecimal digits; absent while there is no answer
    /// @param httpCode [#ANSWERED] or [#REFUSED]
    record Row(
            String subjectId,
            String requestHash,
            boolean inFlight,
            @Nullable String response,
            int httpCode) {}

    /// Claims the request for an attempt at `subjectId`; false when it is taken, by an earlier request or by a
    /// simultaneous one that came first, for whose transaction this waits.
    default boolean claim(Key key, String subjectId, long leaseMicros, long keptMicros) {
        insertUnlessTaken(key, subjectId, leaseMicros, keptMicros);
        return find(key).map(Row::subjectId).filter(subjectId::equals).isPresent();
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
    void insertUnlessTaken(
            @BindMethods Key key,
            @Bind("subjectId") String subjectId,
            @Bind("leaseMicros") long leaseMicros,
            @Bind("keptMicros") long keptMicros);

    @SqlQuery("""
            SELECT subject_id, LOWER(HEX(request_hash)) AS request_hash, HEX(response) AS response, http_code,
                   response IS NULL AND lease_time > UTC_TIMESTAMP(3) AS in_flight
            FROM idempotency_record
            WHERE user_id = :userId
              AND method = :method
              AND request_id = :requestId
            """)
    Optional<Row> find(@BindMethods Key key);

    /// Takes over a request that nobody answered in time; false when another one was faster.
    @SqlUpdate("""
            UPDATE idempotency_record
            SET lease_time = TIMESTAMPADD(MICROSECOND, :leaseMicros, UTC_TIMESTAMP(3))
            WHERE user_id = :userId
              AND method = :method
              AND request_id = :requestId
              AND response IS NULL
              AND lease_time <= UTC_TIMESTAMP(3)
            """)
    boolean takeOver(@BindMethods Key key, @Bind("leaseMicros") long leaseMicros);

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
    boolean keep(
            @BindMethods Key key,
            @Bind("subjectId") String subjectId,
            @Bind("response") byte[] response,
            @Bind("httpCode") int httpCode);

    /// Forgets a request that came to nothing, so that the same one may be tried again.
    @SqlUpdate("""
            DELETE FROM idempotency_record
            WHERE user_id = :userId
              AND method = :method
              AND request_id = :requestId
              AND subject_id = :subjectId
              AND response IS NULL
            """)
    void release(@BindMethods Key key, @Bind("subjectId") String subjectId);

    /// Forgets up to `limit` of those that were kept long enough, the oldest first; how many they were.
    @SqlUpdate("""
            DELETE FROM idempotency_record
            WHERE expire_time < UTC_TIMESTAMP(3)
            ORDER BY expire_time
            LIMIT :limit
            """)
    int purge(@Bind("limit") int limit);
}
