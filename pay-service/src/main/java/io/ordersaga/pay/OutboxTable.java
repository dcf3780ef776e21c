package io.ordersaga.pay;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// The statements about sagas that wait for the coordinator to take them.
@RegisterConstructorMapper(OutboxTable.Row.class)
public interface OutboxTable {
    /// A saga that waits.
    ///
    /// @param definition name and version of the list of steps, such as `paid/1`
    /// @param attempts how often it was handed over before
    record Row(String gid, String paymentId, String definition, int attempts) {}

    @SqlUpdate("""
            INSERT INTO saga_outbox (gid, payment_id, definition, attempts, due_time, create_time)
            VALUES (:gid, :paymentId, :definition, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void enqueue(String gid, String paymentId, String definition);

    @SqlQuery("""
            SELECT gid, payment_id, definition, attempts
            FROM saga_outbox
            WHERE due_time <= UTC_TIMESTAMP(3)
            ORDER BY due_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<Row> lockDueSagas(int limit);

    @SqlUpdate("""
            UPDATE saga_outbox
            SET due_time = UTC_TIMESTAMP(3) + INTERVAL LEAST(:firstSeconds * POW(2, LEAST(attempts, 16)), :lastSeconds)
                    SECOND,
                attempts = attempts + 1
            WHERE gid IN (<gids>)
            """)
    void handOverLater(@BindList("gids") List<String> gids, long firstSeconds, long lastSeconds);

    @SqlUpdate("""
            UPDATE saga_outbox
            SET accept_time = UTC_TIMESTAMP(3),
                due_time = NULL
            WHERE gid = :gid
            """)
    void accepted(String gid);

    /// Forgets sagas that were accepted so long ago, at most `limit` of them, the oldest first; how many they were.
    @SqlUpdate("""
            DELETE FROM saga_outbox
            WHERE accept_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
            ORDER BY accept_time
            LIMIT :limit
            """)
    int forgetSagas(long seconds, int limit);
}
