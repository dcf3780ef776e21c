package io.ordersaga.order.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// The statements about endpoints, their lines and what was delivered.
interface WebhookTable {
    /// Adds the endpoint unless there are `max` already; false then.
    default boolean insert(EndpointRow row, int max) {
        return insertEndpoint(row, max) == 1;
    }

    @SqlUpdate("""
            INSERT INTO webhook_endpoint (
              webhook_endpoint_id, url, event_types, description, secret, suspended, create_time)
            SELECT :webhookEndpointId, :url, :eventTypes, :description, :secret, :suspended, :createTime
              FROM (SELECT COUNT(*) AS endpoints FROM webhook_endpoint) AS present
             WHERE endpoints < :max
            """)
    int insertEndpoint(@BindMethods EndpointRow row, int max);

    @SqlQuery("""
            SELECT webhook_endpoint_id, url, event_types, description, secret, suspended, create_time
              FROM webhook_endpoint
             ORDER BY create_time, webhook_endpoint_id
            """)
    @RegisterConstructorMapper(EndpointRow.class)
    List<EndpointRow> listEndpoints();

    @SqlQuery("""
            SELECT webhook_endpoint_id, url, event_types, description, secret, suspended, create_time
              FROM webhook_endpoint
             WHERE webhook_endpoint_id = :webhookEndpointId
            """)
    @RegisterConstructorMapper(EndpointRow.class)
    Optional<EndpointRow> findEndpoint(String webhookEndpointId);

    /// Removes the endpoint and all that is about it; false when there is none.
    @Transaction
    default boolean delete(String webhookEndpointId) {
        boolean deleted = deleteEndpoint(webhookEndpointId) == 1;
        deleteLines(webhookEndpointId);
        deleteDeliveries(webhookEndpointId);
        return deleted;
    }

    /// Leaves it alone when somebody else was here.
    @SqlUpdate("""
            UPDATE webhook_endpoint
               SET secret = :after
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND secret = :before
            """)
    void reseal(String webhookEndpointId, String before, String after);

    @SqlUpdate("DELETE FROM webhook_endpoint WHERE webhook_endpoint_id = :webhookEndpointId")
    int deleteEndpoint(String webhookEndpointId);

    @SqlUpdate("DELETE FROM webhook_line WHERE webhook_endpoint_id = :webhookEndpointId")
    void deleteLines(String webhookEndpointId);

    @SqlUpdate("DELETE FROM webhook_delivery WHERE webhook_endpoint_id = :webhookEndpointId")
    void deleteDeliveries(String webhookEndpointId);

    /// How many orders wait for the endpoint, and how many of those are parked; `limit` of them are looked
    /// at.
    @SqlQuery("""
            SELECT COUNT(*) AS waiting, COUNT(*) - COUNT(due_time) AS parked
              FROM (SELECT due_time
                      FROM webhook_line
                     WHERE webhook_endpoint_id = :webhookEndpointId
                     LIMIT :limit) AS lines_of_endpoint
            """)
    @RegisterConstructorMapper(Backlog.class)
    Backlog countLines(String webhookEndpointId, int limit);

    record Backlog(int waiting, int parked) {}

    @SqlUpdate("""
            UPDATE webhook_endpoint
               SET suspended = :suspended
             WHERE webhook_endpoint_id = :webhookEndpointId
            """)
    void setSuspended(String webhookEndpointId, boolean suspended);

    /// Takes up to `limit` lines of the endpoint whose time has come. Nobody else takes them before
    /// `leaseEnd`.
    @Transaction
    default List<Line> claim(String webhookEndpointId, Instant now, Instant leaseEnd, int limit) {
        List<Line> claimed = new ArrayList<>();
        for (Line line : lockDue(webhookEndpointId, now, limit)) {
            claimed.add(line.next());
        }
        lease(claimed, leaseEnd);
        return claimed;
    }

    @SqlQuery("""
            SELECT webhook_endpoint_id, order_id, next_seq, attempts, claim
              FROM webhook_line
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND due_time <= :now
             ORDER BY due_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    @RegisterConstructorMapper(Line.class)
    List<Line> lockDue(String webhookEndpointId, Instant now, int limit);

    @SqlBatch("""
            UPDATE webhook_line
               SET due_time = :leaseEnd,
                   claim = :claim
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
            """)
    void lease(@BindMethods List<Line> lines, Instant leaseEnd);

    /// The first event of the order from `seq` on.
    @SqlQuery("""
            SELECT order_id, seq, type, actor, from_state, to_state, gid, detail, event_time
              FROM order_event
             WHERE order_id = :orderId
               AND seq >= :seq
               AND (:types = '' OR FIND_IN_SET(type, :types) > 0)
             ORDER BY seq
             LIMIT 1
            """)
    @RegisterConstructorMapper(EventRow.class)
    Optional<EventRow> findNextEvent(String orderId, long seq, String types);

    /// Ends a line of which everything was sent. Whoever puts an order into the line waits for its row, so
    /// that nothing that came meanwhile is forgotten.
    @Transaction
    default void finish(Line line, String types, Instant now) {
        if (lockLine(line).isPresent()) {
            if (findNextEvent(line.orderId(), line.nextSeq(), types).isEmpty()) {
                deleteLine(line);
            } else {
                move(line, line.nextSeq(), 0, now);
            }
        }
    }

    /// Holds the line if it still is as it was claimed; empty when it is not.
    @SqlQuery("""
            SELECT claim
              FROM webhook_line
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
               AND claim = :claim
               FOR UPDATE
            """)
    Optional<Long> lockLine(@BindMethods Line line);

    @SqlUpdate("""
            DELETE FROM webhook_line
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
            """)
    void deleteLine(@BindMethods Line line);

    /// Sets where the line goes on, unless somebody else has it by now; 0 then.
    ///
    /// @param failures of the event `seq` so far
    @SqlUpdate("""
            UPDATE webhook_line
               SET next_seq = :seq,
                   attempts = :failures,
                   due_time = :dueTime
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
               AND claim = :claim
            """)
    int move(@BindMethods Line line, long seq, int failures, Instant dueTime);

    /// Parks the line before the event `seq`, unless somebody else has it by now.
    @SqlUpdate("""
            UPDATE webhook_line
               SET next_seq = :seq,
                   attempts = :failures,
                   due_time = NULL
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
               AND claim = :claim
            """)
    void park(@BindMethods Line line, long seq, int failures);

    /// Goes back to an event of the order, at once, whatever the line did; makes the line when there is
    /// none.
    @SqlUpdate("""
            INSERT INTO webhook_line (webhook_endpoint_id, order_id, next_seq, attempts, due_time, claim)
            VALUES (:webhookEndpointId, :orderId, :seq, 0, :now, 0)
            ON DUPLICATE KEY UPDATE
              next_seq = LEAST(next_seq, :seq),
              attempts = 0,
              due_time = :now,
              claim = claim + 1
            """)
    void rewind(String webhookEndpointId, String orderId, long seq, Instant now);

    @SqlUpdate("""
            INSERT INTO webhook_delivery (
              webhook_endpoint_id, order_id, seq, event_type, state, attempts, last_status, last_error,
              create_time, update_time)
            VALUES (
              :webhookEndpointId, :orderId, :seq, :eventType, :state, :attempts, :lastStatus, :lastError,
              :createTime, :updateTime)
            ON DUPLICATE KEY UPDATE
              state = :state,
              attempts = attempts + :attempts,
              last_status = :lastStatus,
              last_error = :lastError,
              update_time = :updateTime
            """)
    void record(@BindMethods DeliveryRow row);

    @SqlQuery("""
            SELECT webhook_endpoint_id, order_id, seq, event_type, state, attempts, last_status, last_error,
                   create_time, update_time
              FROM webhook_delivery
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND order_id = :orderId
               AND seq = :seq
            """)
    @RegisterConstructorMapper(DeliveryRow.class)
    Optional<DeliveryRow> findDelivery(String webhookEndpointId, String orderId, long seq);

    /// The deliveries of an endpoint that come after one in the list, the latest first.
    @SqlQuery("""
            SELECT webhook_endpoint_id, order_id, seq, event_type, state, attempts, last_status, last_error,
                   create_time, update_time
              FROM webhook_delivery
             WHERE webhook_endpoint_id = :webhookEndpointId
               AND create_time <= :time
               AND (create_time < :time OR order_id < :orderId OR (order_id = :orderId AND seq < :seq))
             ORDER BY create_time DESC, order_id DESC, seq DESC
             LIMIT :limit
            """)
    @RegisterConstructorMapper(DeliveryRow.class)
    List<DeliveryRow> listDeliveries(String webhookEndpointId, @BindMethods DeliveryPage.Position after, int limit);

    @SqlUpdate("""
            DELETE FROM webhook_delivery
             WHERE state = 'DELIVERED'
               AND update_time < :before
             LIMIT :limit
            """)
    int forget(Instant before, int limit);

    /// What is to be sent to one endpoint about one order.
    ///
    /// @param nextSeq first event that is to be sent
    /// @param attempts that event was sent in vain
    /// @param claim of whoever has the line
    record Line(String webhookEndpointId, String orderId, long nextSeq, int attempts, long claim) {
        Line next() {
            return new Line(webhookEndpointId, orderId, nextSeq, attempts, claim + 1);
        }

        Line after(long seq) {
            return new Line(webhookEndpointId, orderId, seq + 1, 0, claim);
        }
    }
}
