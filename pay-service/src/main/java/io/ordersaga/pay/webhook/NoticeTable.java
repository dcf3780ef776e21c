package io.ordersaga.pay.webhook;

import io.ordersaga.pay.PayTable;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// All that taking a notice reads and writes, so that it can be done in one transaction.
interface NoticeTable extends PayTable {
    /// Runs `work` in one transaction; whatever it throws undoes all it did.
    @Transaction
    default <R> R inTransaction(Function<NoticeTable, R> work) {
        return work.apply(this);
    }

    /// Files the notice, or counts one more delivery of it. Either way its row is ours until the
    /// transaction ends, so that of equal notices at the same time one waits for the other.
    @SqlUpdate("""
            INSERT INTO provider_event (provider, event_id, event_type, payment_id, signature_ok, body, outcome,
                                        deliveries, receive_time, update_time)
            VALUES (:provider, :eventId, :eventType, :paymentId, :signatureOk, :body, '', 1, UTC_TIMESTAMP(3),
                    UTC_TIMESTAMP(3))
            ON DUPLICATE KEY UPDATE deliveries = deliveries + 1,
                                    update_time = UTC_TIMESTAMP(3)
            """)
    int file(
            String provider,
            String eventId,
            String eventType,
            Optional<String> paymentId,
            boolean signatureOk,
            byte[] body);

    @SqlQuery("""
            SELECT outcome
            FROM provider_event
            WHERE provider = :provider
              AND event_id = :eventId
            """)
    Optional<String> outcome(String provider, String eventId);

    @SqlUpdate("""
            UPDATE provider_event
            SET outcome = :outcome
            WHERE provider = :provider
              AND event_id = :eventId
            """)
    void decide(String provider, String eventId, String outcome);

    /// Forgets notices that are older, a batch of them.
    @SqlUpdate("""
            DELETE FROM provider_event
            WHERE receive_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
            ORDER BY receive_time
            LIMIT :limit
            """)
    int forgetEvents(long seconds, int limit);
}
