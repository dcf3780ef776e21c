package io.ordersaga.order;

import io.ordersaga.order.OrderRows.LineRow;
import io.ordersaga.order.OrderRows.OrderRow;
import io.ordersaga.order.OrderRows.RejectionRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/// The orders. A change of state is one conditional statement whose row count says whether it happened,
/// with its event in the same transaction; nothing is read first.
public interface OrderTable extends OrderEventTable {
    /// What time it is for all replicas, whatever their own clocks say: the time by which an order expires, is
    /// overdue or completed.
    @SqlQuery("SELECT UTC_TIMESTAMP(3)")
    Instant databaseTime();

    /// Stores a new order, which is being placed from now on.
    @Transaction
    default void insert(Order order) {
        insertOrder(OrderRow.of(order));
        insertLines(IntStream.range(0, order.lines().size())
                .mapToObj(i -> LineRow.of(order.orderId(), i + 1, order.lines().get(i)))
                .toList());
        insertEvent(OrderRows.EventRow.created(order));
    }

    @SqlUpdate("""
            INSERT INTO orders (
              order_id, user_id, state, version, coupon_id, currency, total_minor, discount_minor,
              address, note, saga_definition, trace_parent, expire_time, create_time, update_time, submit_time)
            VALUES (
              :orderId, :userId, :state, :version, :couponId, :currency, :totalMinor, :discountMinor,
              :address, :note, :sagaDefinition, :traceParent, :progress.expireTime, :createTime, :updateTime,
              :createTime)
            """)
    void insertOrder(@BindMethods OrderRow row);

    @SqlBatch("""
            INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price_minor, discount_minor)
            VALUES (:orderId, :lineNo, :productId, :quantity, :unitPriceMinor, :discountMinor)
            """)
    void insertLines(@BindMethods List<LineRow> rows);

    /// The order, whosever it is and deleted or not.
    default Optional<Order> find(String orderId) {
        return find(orderId, Optional.empty());
    }

    /// The order, if it is the owner's and not deleted; without an owner, everyone's and deleted or not.
    default Optional<Order> find(String orderId, Optional<String> owner) {
        // What was refunded of a line changes together with the version, and is no reason for a common snapshot.
        return findOrder(orderId, owner.orElse(null)).map(row -> row.toOrder(findLines(orderId)));
    }

    @SqlQuery("""
            SELECT order_id, user_id, state, version, coupon_id, currency, total_minor, discount_minor,
                   reject_domain, reject_reason, reject_message, reject_metadata,
                   address, note, carrier, tracking_number,
                   state_before, refunded_minor, cancellations, cancel_reason, payment_id, expire_time, paid_time,
                   shipped_time, completed_time, delete_time,
                   saga_definition, trace_parent, create_time, update_time
              FROM orders
             WHERE order_id = :orderId
               AND (:owner IS NULL OR (user_id = :owner AND delete_time IS NULL))
            """)
    @RegisterConstructorMapper(OrderRow.class)
    Optional<OrderRow> findOrder(String orderId, @Nullable String owner);

    @SqlQuery("""
            SELECT product_id, quantity, unit_price_minor, discount_minor, refunded_quantity
              FROM order_lines
             WHERE order_id = :orderId
             ORDER BY line_no
            """)
    @RegisterConstructorMapper(OrderLine.class)
    List<OrderLine> findLines(String orderId);

    @SqlQuery("""
            SELECT state
              FROM orders
             WHERE order_id = :orderId
            """)
    Optional<OrderState> findState(String orderId);

    /// Changes the order's state and says so in its timeline; false, and nothing is changed, when it is not
    /// in one of the states of `change.from`, or the owner or the version is another one.
    @Transaction
    default boolean change(OrderChange change, Instant now) {
        RejectionRow rejection = RejectionRow.of(change.values().rejection());
        if (changeState(change, change.from(), change.values(), rejection, now) == 0) {
            return false;
        }
        insertEventOf(change, OrderRows.json(change.detail()), now);
        return true;
    }

    /// Assignments take place from the left to the right, so `state_before` gets what `state` was.
    @SqlUpdate("""
            UPDATE orders
               SET state_before = state,
                   state = :to,
                   version = version + 1,
                   reject_domain = :domain,
                   reject_reason = :reason,
                   reject_message = :message,
                   reject_metadata = :metadata,
                   payment_id = COALESCE(:paymentId, payment_id),
                   paid_time = COALESCE(:paidTime, paid_time),
                   carrier = COALESCE(:tracking?.carrier, carrier),
                   tracking_number = COALESCE(:tracking?.number, tracking_number),
                   shipped_time = COALESCE(:shippedTime, shipped_time),
                   completed_time = COALESCE(:completedTime, completed_time),
                   cancel_reason = COALESCE(:cancelReason, cancel_reason),
                   cancellations = cancellations + CASE WHEN :to = 'CANCELLING' THEN 1 ELSE 0 END,
                   refunded_minor = refunded_minor + :refundedMinor,
                   update_time = :now
             WHERE order_id = :orderId
               AND state IN (<from>)
               AND (:owner IS NULL OR user_id = :owner)
               AND (:version IS NULL OR version = :version)
            """)
    int changeState(
            @BindMethods OrderChange change,
            @BindList("from") List<OrderState> from,
            @BindMethods OrderChange.Values values,
            @BindMethods RejectionRow rejection,
            Instant now);

    /// The order awaits its payment; false when it is not one that may.
    default boolean confirm(String orderId, Instant now) {
        return change(
                OrderChange.of(orderId, OrderEvent.Type.PLACED, OrderState.AWAITING_PAYMENT)
                        .from(OrderState.PLACING)
                        .in("place-" + orderId),
                now);
    }

    /// Rejects the order because its saga was rolled back; false when it is rejected already, whose reason
    /// stays.
    default boolean reject(String orderId, Rejection rejection, Instant now) {
        return change(
                OrderChange.of(orderId, OrderEvent.Type.REJECTED, OrderState.REJECTED)
                        .rejected(rejection)
                        .in("place-" + orderId),
                now);
    }

    /// Rejects the order if it is still being placed; false when its saga decided otherwise.
    default boolean rejectWhilePlacing(String orderId, Rejection rejection, Instant now) {
        return change(
                OrderChange.of(orderId, OrderEvent.Type.REJECTED, OrderState.REJECTED)
                        .from(OrderState.PLACING)
                        .rejected(rejection)
                        .by("service"),
                now);
    }

    /// Changes where the order goes and what its customer notes, and says so in its timeline; false when it
    /// is too late, or the owner or the version is another one.
    ///
    /// @param address absent to leave it as it is
    /// @param note absent to leave it as it is
    @Transaction
    default boolean update(String orderId, Optional<Address> address, Optional<String> note, Guard guard, Instant now) {
        List<OrderState> states = OrderState.where(OrderState::isBeforeShipping);
        if (updateDelivery(orderId, OrderRows.json(address), note.orElse(null), states, guard, now) == 0) {
            return false;
        }
        String what = address.isPresent() ? note.isPresent() ? "address, note" : "address" : "note";
        insertEventInPlace(
                orderId, OrderEvent.Type.UPDATED, guard.actor(), OrderRows.json(Map.of("changed", what)), now);
        return true;
    }

    @SqlUpdate("""
            UPDATE orders
               SET address = COALESCE(:address, address),
                   note = COALESCE(:note, note),
                   version = version + 1,
                   update_time = :now
             WHERE order_id = :orderId
               AND state IN (<states>)
               AND delete_time IS NULL
               AND (:owner IS NULL OR user_id = :owner)
               AND (:version IS NULL OR version = :version)
            """)
    int updateDelivery(
            String orderId,
            @Nullable String address,
            @Nullable String note,
            @BindList("states") List<OrderState> states,
            @BindMethods Guard guard,
            Instant now);

    /// Takes the order off the lists, and says so in its timeline; false when it is not at its end, or
    /// deleted already, or the owner or the version is another one.
    @Transaction
    default boolean delete(String orderId, Guard guard, Instant now) {
        if (markDeleted(orderId, OrderState.where(OrderState::isEnd), guard, now) == 0) {
            return false;
        }
        insertEventInPlace(orderId, OrderEvent.Type.DELETED, guard.actor(), OrderRows.json(Map.of()), now);
        return true;
    }

    @SqlUpdate("""
            UPDATE orders
               SET delete_time = :now,
                   version = version + 1,
                   update_time = :now
             WHERE order_id = :orderId
               AND state IN (<states>)
               AND delete_time IS NULL
               AND (:owner IS NULL OR user_id = :owner)
               AND (:version IS NULL OR version = :version)
            """)
    int markDeleted(String orderId, @BindList("states") List<OrderState> states, @BindMethods Guard guard, Instant now);

    /// Takes up to `limit` orders that are being placed and whose saga was last submitted before `before`,
    /// the longest untouched first. They count as submitted at `now`, so that neither this nor another
    /// replica takes them again before their turn.
    @Transaction
    default List<String> claimOverdue(Instant before, Instant now, int limit) {
        List<String> orderIds = lockOverdue(before, limit);
        if (!orderIds.isEmpty()) {
            markSubmitted(orderIds, now);
        }
        return orderIds;
    }

    @SqlQuery("""
            SELECT order_id
              FROM orders
             WHERE state = 'PLACING'
               AND submit_time < :before
             ORDER BY submit_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    List<String> lockOverdue(Instant before, int limit);

    @SqlUpdate("""
            UPDATE orders
               SET submit_time = :now
             WHERE order_id IN (<orderIds>)
            """)
    void markSubmitted(@BindList("orderIds") List<String> orderIds, Instant now);
}
