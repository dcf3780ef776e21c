package io.ordersaga.order.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// The statements that take events out of the outbox. All of them expect READ COMMITTED: a statement that
/// follows a lock sees whatever was committed before the lock was had.
interface OutboxTable {
    /// What happens to the events of some orders before they leave the outbox.
    @FunctionalInterface
    interface HandOn {
        void of(OutboxTable table, List<EventRow> events);
    }

    /// Takes up to `limit` orders that no other replica is just taking, the longest waiting first, hands on
    /// their events in order, and removes the orders from the outbox: all in one transaction. An event that
    /// is committed meanwhile puts its order back, because its writer waits for the row.
    ///
    /// @return how many orders were taken
    @Transaction
    default int drain(int limit, HandOn handOn) {
        List<Waiting> orders = lockWaiting(limit);
        for (Waiting order : orders) {
            handOn.of(this, findEvents(order.orderId(), order.firstSeq()));
        }
        if (!orders.isEmpty()) {
            remove(orders.stream().map(Waiting::orderId).toList());
        }
        return orders.size();
    }

    record Waiting(String orderId, long firstSeq) {}

    @SqlQuery("""
            SELECT order_id, first_seq
              FROM order_outbox
             ORDER BY create_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    @RegisterConstructorMapper(Waiting.class)
    List<Waiting> lockWaiting(int limit);

    @SqlQuery("""
            SELECT order_id, seq, type, actor, from_state, to_state, gid, detail, event_time
              FROM order_event
             WHERE order_id = :orderId
               AND seq >= :seq
             ORDER BY seq
            """)
    @RegisterConstructorMapper(EventRow.class)
    List<EventRow> findEvents(String orderId, long seq);

    @SqlUpdate("""
            DELETE FROM order_outbox
             WHERE order_id IN (<orderIds>)
            """)
    void remove(@BindList("orderIds") List<String> orderIds);

    /// A line for each of these; one that has events waiting stays as it is, with these behind them.
    @SqlBatch("""
            INSERT INTO webhook_line (webhook_endpoint_id, order_id, next_seq, attempts, due_time, claim)
            VALUES (:webhookEndpointId, :orderId, :nextSeq, 0, :now, 0)
            ON DUPLICATE KEY UPDATE order_id = order_id
            """)
    void openLines(@BindMethods List<NewLine> lines, Instant now);

    record NewLine(String webhookEndpointId, String orderId, long nextSeq) {}

    /// How long the oldest order has been waiting, as the instant since when; empty when none does.
    @SqlQuery("""
            SELECT create_time
              FROM order_outbox
             ORDER BY create_time
             LIMIT 1
            """)
    Optional<Instant> waitingSince();
}
