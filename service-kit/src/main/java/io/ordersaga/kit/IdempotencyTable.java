package io.ordersaga.kit;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on `idempotent_request`, which each importing service has in its own schema.
@RegisterConstructorMapper(IdempotencyTable.Remembered.class)
interface IdempotencyTable {
    /// Whose request it is, and which.
    record Key(String userId, String method, String requestId) {}

    /// Both as hexadecimal digits.
    record Remembered(String requestHash, String answer) {}

    /// False when the request is there already; waits for a transaction that is just doing it.
    @SqlUpdate("""
            INSERT IGNORE INTO idempotent_request (user_id, method, request_id, request_hash, answer, create_time)
            VALUES (:userId, :method, :requestId, :requestHash, '', UTC_TIMESTAMP(3))
            """)
    boolean begin(@BindMethods Key key, @Bind("requestHash") byte[] requestHash);

    @SqlUpdate("""
            UPDATE idempotent_request
            SET answer = :answer
            WHERE user_id = :userId
              AND method = :method
              AND request_id = :requestId
            """)
    boolean answer(@BindMethods Key key, @Bind("answer") byte[] answer);

    @SqlQuery("""
            SELECT HEX(request_hash) AS request_hash, HEX(answer) AS answer
            FROM idempotent_request
            WHERE user_id = :userId
              AND method = :method
              AND request_id = :requestId
            """)
    Optional<Remembered> remembered(@BindMethods Key key);

    /// Forgets at most `limit` of those that are older than so many seconds, the oldest first; how many it
    /// were.
    @SqlUpdate("""
            DELETE FROM idempotent_request
            WHERE create_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
            ORDER BY create_time
            LIMIT :limit
            """)
    int purge(@Bind("seconds") long seconds, @Bind("limit") int limit);
}
