package io.ordersaga.order.flow;

import io.ordersaga.order.OrderState;
import io.ordersaga.order.OrderTable;
import io.ordersaga.order.Refund;
import io.ordersaga.order.RefundTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/// All that the flow of orders reads and writes, so that a step can do it in one transaction.
interface FlowTable extends OrderTable, RefundTable, CancellationTable {
    /// Runs `work` in one transaction.
    @Transaction
    default <T> T inTransaction(Supplier<T> work) {
        return work.get();
    }

    /// Holds the order, if it is the owner's, until the transaction ends; empty when there is none.
    @SqlQuery("""
            SELECT state
              FROM orders
             WHERE order_id = :orderId
               AND (:owner IS NULL OR user_id = :owner)
               FOR UPDATE
            """)
    Optional<OrderState> lock(String orderId, @Nullable String owner);

    @SqlQuery("""
            SELECT COUNT(*) AS refunds,
                   COUNT(CASE WHEN state = 'PENDING' THEN 1 END) AS pending,
                   COALESCE(SUM(CASE WHEN state = 'PENDING' THEN amount_minor END), 0) AS pending_minor
              FROM order_refund
             WHERE order_id = :orderId
            """)
    @RegisterConstructorMapper(RefundTerms.Known.class)
    RefundTerms.Known refundsOf(String orderId);

    default void insert(OpenRefund open) {
        insert(open.refund());
        describe(
                open.refund().refundId(),
                new RefundFlowRow(
                        open.orderState(),
                        open.whole(),
                        open.returnsStock(),
                        open.sagaDefinition(),
                        open.traceParent().orElse(null)));
    }

    @SqlUpdate("""
            UPDATE order_refund
               SET order_state = :orderState,
                   whole = :whole,
                   returns_stock = :returnsStock,
                   saga_definition = :sagaDefinition,
                   trace_parent = :traceParent
             WHERE refund_id = :refundId
            """)
    void describe(String refundId, @BindMethods RefundFlowRow row);

    default Optional<OpenRefund> findOpenRefund(String orderId, String refundId) {
        Optional<Refund> refund = find(orderId, refundId);
        return refund.isEmpty()
                ? Optional.empty()
                : findRefundFlow(refundId)
                        .map(row -> new OpenRefund(
                                refund.get(),
                                row.orderState(),
                                row.whole(),
                                row.returnsStock(),
                                row.sagaDefinition(),
                                Optional.ofNullable(row.traceParent())));
    }

    @SqlQuery("""
            SELECT order_state, whole, returns_stock, saga_definition, trace_parent
              FROM order_refund
             WHERE refund_id = :refundId
            """)
    @RegisterConstructorMapper(RefundFlowRow.class)
    Optional<RefundFlowRow> findRefundFlow(String refundId);

    record RefundFlowRow(
            OrderState orderState,
            boolean whole,
            boolean returnsStock,
            String sagaDefinition,
            @Nullable String traceParent) {}

    /// Adds pieces to what was refunded of the order's line.
    @SqlUpdate("""
            UPDATE order_lines
               SET refunded_quantity = refunded_quantity + :quantity
             WHERE order_id = :orderId
               AND product_id = :productId
               AND refunded_quantity + :quantity <= quantity
            """)
    int addRefunded(String orderId, @BindMethods Refund.Line line);

    /// Orders that were to be paid before `now`, the longest overdue first; held by the transaction. An
    /// order whose cancellation is under way, or failed since `failedSince`, is not one of them.
    @SqlQuery("""
            SELECT o.order_id
              FROM orders o
             WHERE o.state = 'AWAITING_PAYMENT'
               AND o.expire_time <= :now
               AND NOT EXISTS (SELECT 1
                                 FROM order_cancellation c
                                WHERE c.order_id = o.order_id
                                  AND (c.state = 'PENDING' OR c.update_time > :failedSince))
             ORDER BY o.expire_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    List<String> lockUnpaid(Instant now, Instant failedSince, int limit);

    /// Orders that were shipped before `before`, the longest ago first; held by the transaction.
    @SqlQuery("""
            SELECT order_id
              FROM orders
             WHERE state = 'SHIPPED'
               AND shipped_time <= :before
             ORDER BY shipped_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    List<String> lockShipped(Instant before, int limit);

    /// Takes up to `limit` cancellations that are PENDING and whose saga was last submitted before
    /// `before`. They count as submitted at `now`, so that neither this nor another replica takes them
    /// again before their turn.
    @Transaction
    default List<Key> claimCancellations(Instant before, Instant now, int limit) {
        List<Key> keys = lockOverdueCancellations(before, limit);
        keys.forEach(key -> markCancellationSubmitted(key, now));
        return keys;
    }

    /// The same of refunds.
    @Transaction
    default List<RefundKey> claimRefunds(Instant before, Instant now, int limit) {
        List<RefundKey> keys = new ArrayList<>(lockOverdueRefunds(before, limit));
        keys.forEach(key -> markRefundSubmitted(key.refundId(), now));
        return keys;
    }

    record RefundKey(String orderId, String refundId) {}

    @SqlQuery("""
            SELECT order_id, refund_id
              FROM order_refund
             WHERE state = 'PENDING'
               AND submit_time < :before
             ORDER BY submit_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    @RegisterConstructorMapper(RefundKey.class)
    List<RefundKey> lockOverdueRefunds(Instant before, int limit);

    @SqlUpdate("""
            UPDATE order_refund
               SET submit_time = :now
             WHERE refund_id = :refundId
            """)
    void markRefundSubmitted(String refundId, Instant now);
}
