package io.ordersaga.order.flow;

import io.ordersaga.order.CancelReason;
import io.ordersaga.order.OrderRows.RejectionRow;
import io.ordersaga.order.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/// The cancellations of the orders. One that is PENDING changes once.
interface CancellationTable {
    /// Opens a cancellation of an order that awaits its payment, is the owner's and has the version, if
    /// these are given, and has no cancellation PENDING. Otherwise nothing happens, also when somebody else
    /// does the same at this moment.
    @SqlUpdate("""
            INSERT INTO order_cancellation (
              order_id, cancellation_no, state, reason, comment, actor, saga_definition, trace_parent,
              create_time, update_time, submit_time)
            SELECT o.order_id,
                   (SELECT COALESCE(MAX(l.cancellation_no), 0) + 1
                      FROM order_cancellation l
                     WHERE l.order_id = :orderId),
                   'PENDING', :reason, :comment, :actor, :sagaDefinition, :traceParent, :now, :now, :now
              FROM orders o
             WHERE o.order_id = :orderId
               AND o.state = 'AWAITING_PAYMENT'
               AND (:owner IS NULL OR o.user_id = :owner)
               AND (:version IS NULL OR o.version = :version)
               AND NOT EXISTS (SELECT 1
                                 FROM order_cancellation p
                                WHERE p.order_id = :orderId
                                  AND p.state = 'PENDING')
            ON DUPLICATE KEY UPDATE cancellation_no = order_cancellation.cancellation_no
            """)
    void open(
            String orderId,
            @Nullable String owner,
            @Nullable Long version,
            @BindMethods NewCancellation wish,
            Instant now);

    /// What a cancellation is opened with; see [Cancellation].
    record NewCancellation(
            CancelReason reason,
            String comment,
            String actor,
            String sagaDefinition,
            @Nullable String traceParent) {}

    /// The order's last cancellation.
    default Optional<Cancellation> findLast(String orderId) {
        return findLastRow(orderId).map(CancellationRow::toCancellation);
    }

    @SqlQuery("""
            SELECT order_id, cancellation_no, state, reason, comment, actor, saga_definition, trace_parent,
                   reject_domain, reject_reason, reject_message, reject_metadata, create_time
              FROM order_cancellation
             WHERE order_id = :orderId
             ORDER BY cancellation_no DESC
             LIMIT 1
            """)
    @RegisterConstructorMapper(CancellationRow.class)
    Optional<CancellationRow> findLastRow(String orderId);

    default Optional<Cancellation> find(String orderId, int cancellationNo) {
        return findRow(orderId, cancellationNo).map(CancellationRow::toCancellation);
    }

    @SqlQuery("""
            SELECT order_id, cancellation_no, state, reason, comment, actor, saga_definition, trace_parent,
                   reject_domain, reject_reason, reject_message, reject_metadata, create_time
              FROM order_cancellation
             WHERE order_id = :orderId
               AND cancellation_no = :cancellationNo
            """)
    @RegisterConstructorMapper(CancellationRow.class)
    Optional<CancellationRow> findRow(String orderId, int cancellationNo);

    /// Ends a PENDING cancellation; false when it has ended already.
    default boolean succeedCancellation(Cancellation cancellation, Instant now) {
        return endCancellation(cancellation, Cancellation.State.SUCCEEDED, RejectionRow.of(null), now) == 1;
    }

    /// Ends a PENDING cancellation; false when it has ended already.
    default boolean failCancellation(Cancellation cancellation, Rejection failure, Instant now) {
        return endCancellation(cancellation, Cancellation.State.FAILED, RejectionRow.of(failure), now) == 1;
    }

    @SqlUpdate("""
            UPDATE order_cancellation
               SET state = :ended,
                   reject_domain = :failure.domain,
                   reject_reason = :failure.reason,
                   reject_message = :failure.message,
                   reject_metadata = :failure.metadata,
                   update_time = :now
             WHERE order_id = :orderId
               AND cancellation_no = :cancellationNo
               AND state = 'PENDING'
            """)
    int endCancellation(
            @BindMethods Cancellation cancellation,
            Cancellation.State ended,
            @BindMethods("failure") RejectionRow failure,
            Instant now);

    /// A cancellation as its columns hold it.
    record CancellationRow(
            String orderId,
            int cancellationNo,
            Cancellation.State state,
            CancelReason reason,
            String comment,
            String actor,
            String sagaDefinition,
            @Nullable String traceParent,
            @Nullable String rejectDomain,
            @Nullable String rejectReason,
            @Nullable String rejectMessage,
            @Nullable String rejectMetadata,
            Instant createTime) {
        Cancellation toCancellation() {
            return new Cancellation(
                    orderId,
                    cancellationNo,
                    state,
                    reason,
                    comment,
                    actor,
                    sagaDefinition,
                    Optional.ofNullable(traceParent),
                    RejectionRow.toRejection(rejectDomain, rejectReason, rejectMessage, rejectMetadata),
                    createTime);
        }
    }

    /// The name of an order's cancellation.
    record Key(String orderId, int cancellationNo) {}

    /// The cancellations that are PENDING and whose saga was last submitted before `before`, the longest
    /// untouched first; held by the transaction.
    @SqlQuery("""
            SELECT order_id, cancellation_no
              FROM order_cancellation
             WHERE state = 'PENDING'
               AND submit_time < :before
             ORDER BY submit_time
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """)
    @RegisterConstructorMapper(Key.class)
    List<Key> lockOverdueCancellations(Instant before, int limit);

    @SqlUpdate("""
            UPDATE order_cancellation
               SET submit_time = :now
             WHERE order_id = :orderId
               AND cancellation_no = :cancellationNo
            """)
    void markCancellationSubmitted(@BindMethods Key key, Instant now);
}
