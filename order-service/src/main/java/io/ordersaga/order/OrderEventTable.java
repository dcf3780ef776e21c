package io.ordersaga.order;

import io.ordersaga.order.OrderRows.EventRow;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// The timelines of the orders. An event is written in the transaction of what it tells, so the order's row
/// is locked and its version is the next place in the timeline.
public interface OrderEventTable {
    default void insertEvent(EventRow row) {
        writeEvent(row);
        putOut(row.orderId(), row.eventTime());
    }

    @SqlUpdate("""
            INSERT INTO order_event (order_id, seq, type, actor, from_state, to_state, gid, detail, event_time)
            VALUES (:orderId, :seq, :type, :actor, :fromState, :toState, :gid, :detail, :eventTime)
            """)
    void writeEvent(@BindMethods EventRow row);

    /// The event of a change that was just made.
    default void insertEventOf(OrderChange change, String detailText, Instant now) {
        writeEventOf(change, detailText, now);
        putOut(change.orderId(), now);
    }

    @SqlUpdate("""
            INSERT INTO order_event (order_id, seq, type, actor, from_state, to_state, gid, detail, event_time)
            SELECT order_id, version, :type, :actor, state_before, state, :gid, :detailText, :now
              FROM orders
             WHERE order_id = :orderId
            """)
    void writeEventOf(@BindMethods OrderChange change, String detailText, Instant now);

    /// An event that left the state as it is; the order's version was just raised for it.
    default void insertEventInPlace(
            String orderId, OrderEvent.Type type, String actor, String detailText, Instant now) {
        writeEventInPlace(orderId, type, actor, detailText, now);
        putOut(orderId, now);
    }

    @SqlUpdate("""
            INSERT INTO order_event (order_id, seq, type, actor, from_state, to_state, gid, detail, event_time)
            SELECT order_id, version, :type, :actor, state, state, NULL, :detailText, :now
              FROM orders
             WHERE order_id = :orderId
            """)
    void writeEventInPlace(String orderId, OrderEvent.Type type, String actor, String detailText, Instant now);

    /// Puts the order into the outbox, from the event on that was just written; an order that is there
    /// stays as it is. Waits for whoever is just taking the order out.
    @SqlUpdate("""
            INSERT INTO order_outbox (order_id, first_seq, create_time)
            SELECT order_id, version, :now
              FROM orders
             WHERE order_id = :orderId
            ON DUPLICATE KEY UPDATE first_seq = order_outbox.first_seq
            """)
    void putOut(String orderId, Instant now);

    /// Up to `limit` events after the place `after`, the oldest first.
    default List<OrderEvent> findEvents(String orderId, long after, int limit) {
        return findEventRows(orderId, after, limit).stream()
                .map(EventRow::toEvent)
                .toList();
    }

    @SqlQuery("""
            SELECT order_id, seq, type, actor, from_state, to_state, gid, detail, event_time
              FROM order_event
             WHERE order_id = :orderId
               AND seq > :after
             ORDER BY seq
             LIMIT :limit
            """)
    @RegisterConstructorMapper(EventRow.class)
    List<EventRow> findEventRows(String orderId, long after, int limit);
}
