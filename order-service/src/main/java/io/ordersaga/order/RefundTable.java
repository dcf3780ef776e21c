package io.ordersaga.order;

import io.ordersaga.order.OrderRows.RefundRow;
import io.ordersaga.order.OrderRows.RejectionRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// The refunds of the orders. One that is PENDING changes once.
public interface RefundTable {
    /// Stores a new refund, which is PENDING.
    @Transaction
    default void insert(Refund refund) {
        insertRefund(RefundRow.of(refund));
        insertRefundLines(refund.refundId(), refund.lines());
    }

    @SqlUpdate("""
            INSERT INTO order_refund (
              refund_id, order_id, state, currency, amount_minor, restock, reason,
              create_time, update_time, submit_time)
            VALUES (
              :refundId, :orderId, :state, :currency, :amountMinor, :restock, :reason,
              :createTime, :updateTime, :createTime)
            """)
    void insertRefund(@BindMethods RefundRow row);

    @SqlBatch("""
            INSERT INTO order_refund_line (refund_id, product_id, quantity)
            VALUES (:refundId, :productId, :quantity)
            """)
    void insertRefundLines(String refundId, @BindMethods List<Refund.Line> lines);

    default Optional<Refund> find(String orderId, String refundId) {
        return findRefund(orderId, refundId).map(row -> row.toRefund(findRefundLines(refundId)));
    }

    @SqlQuery("""
            SELECT refund_id, order_id, state, currency, amount_minor, restock, reason,
                   reject_domain, reject_reason, reject_message, reject_metadata, create_time, update_time
              FROM order_refund
             WHERE refund_id = :refundId
               AND order_id = :orderId
            """)
    @RegisterConstructorMapper(RefundRow.class)
    Optional<RefundRow> findRefund(String orderId, String refundId);

    @SqlQuery("""
            SELECT product_id, quantity
              FROM order_refund_line
             WHERE refund_id = :refundId
             ORDER BY product_id
            """)
    @RegisterConstructorMapper(Refund.Line.class)
    List<Refund.Line> findRefundLines(String refundId);

    /// Up to `limit` refunds of the order, the oldest first.
    default List<Refund> list(String orderId, int limit) {
        return listRefunds(orderId, limit).stream()
                .map(row -> row.toRefund(findRefundLines(row.refundId())))
                .toList();
    }

    @SqlQuery("""
            SELECT refund_id, order_id, state, currency, amount_minor, restock, reason,
                   reject_domain, reject_reason, reject_message, reject_metadata, create_time, update_time
              FROM order_refund
             WHERE order_id = :orderId
             ORDER BY create_time, refund_id
             LIMIT :limit
            """)
    @RegisterConstructorMapper(RefundRow.class)
    List<RefundRow> listRefunds(String orderId, int limit);

    /// Ends a PENDING refund; false when it has ended already.
    default boolean succeed(String refundId, Instant now) {
        return end(refundId, Refund.State.SUCCEEDED, RejectionRow.of(null), now) == 1;
    }

    /// Ends a PENDING refund; false when it has ended already.
    default boolean fail(String refundId, Rejection failure, Instant now) {
        return end(refundId, Refund.State.FAILED, RejectionRow.of(failure), now) == 1;
    }

    @SqlUpdate("""
            UPDATE order_refund
               SET state = :state,
                   reject_domain = :domain,
                   reject_reason = :reason,
                   reject_message = :message,
                   reject_metadata = :metadata,
                   update_time = :now
             WHERE refund_id = :refundId
               AND state = 'PENDING'
            """)
    int end(String refundId, Refund.State state, @BindMethods RejectionRow failure, Instant now);
}
