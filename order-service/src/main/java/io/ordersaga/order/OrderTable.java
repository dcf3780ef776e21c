package io.ordersaga.order;

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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Every statement of this service. A change of state is one conditional statement whose row count says whether it
/// happened; nothing is read first.
interface OrderTable {
    /// Stores a new order, which is being placed from now on.
    @Transaction
    default void insert(Order order) {
        insertOrder(OrderRow.of(order));
        insertLines(IntStream.range(0, order.lines().size())
                .mapToObj(i -> LineRow.of(order.orderId(), i + 1, order.lines().get(i)))
                .toList());
    }

    @SqlUpdate("""
            INSERT INTO orders (
              order_id, user_id, state, coupon_id, currency, total_minor, discount_minor,
              trace_parent, create_time, update_time, submit_time)
            VALUES (
              :orderId, :userId, :state, :couponId, :currency, :totalMinor, :discountMinor,
              :traceParent, :createTime, :updateTime, :createTime)
            """)
    void insertOrder(@BindMethods OrderRow row);

    @SqlBatch("""
            INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price_minor)
            VALUES (:orderId, :lineNo, :productId, :quantity, :unitPriceMinor)
            """)
    void insertLines(@BindMethods List<LineRow> rows);

    default Optional<Order> find(String orderId) {
        // Lines never change, so the two reads need no common snapshot.
        return findOrder(orderId).map(row -> row.toOrder(findLines(orderId)));
    }

    @SqlQuery("""
            SELECT order_id, user_id, state, coupon_id, currency, total_minor, discount_minor,
                   reject_domain, reject_reason, reject_message, reject_metadata,
                   trace_parent, create_time, update_time
              FROM orders
             WHERE order_id = :orderId
            """)
    @RegisterConstructorMapper(OrderRow.class)
    Optional<OrderRow> findOrder(String orderId);

    @SqlQuery("""
            SELECT product_id, quantity, unit_price_minor
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

    /// The order awaits its payment; false when it is not one that may.
    default boolean confirm(String orderId, Instant now) {
        return toAwaitingPayment(orderId, OrderState.AWAITING_PAYMENT.predecessors(), now) == 1;
    }

    @SqlUpdate("""
            UPDATE orders
               SET state = 'AWAITING_PAYMENT',
                   update_time = :now
             WHERE order_id = :orderId
               AND state IN (<from>)
            """)
    int toAwaitingPayment(String orderId, @BindList("from") List<OrderState> from, Instant now);

    /// Rejects the order because its saga was rolled back; false when it is rejected already, whose reason stays.
    default boolean reject(String orderId, Rejection rejection, Instant now) {
        return toRejected(orderId, OrderState.REJECTED.predecessors(), RejectionRow.of(rejection), now) == 1;
    }

    /// Rejects the order if it is still being placed; false when its saga decided otherwise.
    default boolean rejectWhilePlacing(String orderId, Rejection rejection, Instant now) {
        return toRejected(orderId, List.of(OrderState.PLACING), RejectionRow.of(rejection), now) == 1;
    }

    @SqlUpdate("""
            UPDATE orders
               SET state = 'REJECTED',
                   reject_domain = :domain,
                   reject_reason = :reason,
                   reject_message = :message,
                   reject_metadata = :metadata,
                   update_time = :now
             WHERE order_id = :orderId
               AND state IN (<from>)
            """)
    int toRejected(
            String orderId, @BindList("from") List<OrderState> from, @BindMethods RejectionRow rejection, Instant now);

    /// Takes up to `limit` orders that are being placed and whose saga was last submitted before `before`, the longest
    /// untouched first. They count as submitted at `now`, so that neither this nor another replica takes them again
    /// before their turn.
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

    /// An order without its lines, as its columns hold it.
    record OrderRow(
            String orderId,
            String userId,
            OrderState state,
            @Nullable String couponId,
            String currency,
            long totalMinor,
            long discountMinor,
            @Nullable String rejectDomain,
            @Nullable String rejectReason,
            @Nullable String rejectMessage,
            @Nullable String rejectMetadata,
            @Nullable String traceParent,
            Instant createTime,
            Instant updateTime) {
        static OrderRow of(Order order) {
            return new OrderRow(
                    order.orderId(),
                    order.userId(),
                    order.state(),
                    order.couponId().orElse(null),
                    order.price().currency(),
                    order.price().totalMinor(),
                    order.price().discountMinor(),
                    null,
                    null,
                    null,
                    null,
                    order.traceParent().orElse(null),
                    order.createTime(),
                    order.updateTime());
        }

        Order toOrder(List<OrderLine> lines) {
            return new Order(
                    orderId,
                    userId,
                    lines,
                    Optional.ofNullable(couponId),
                    new Price(currency, totalMinor, discountMinor),
                    state,
                    rejection(),
                    Optional.ofNullable(traceParent),
                    createTime,
                    updateTime);
        }

        private Optional<Rejection> rejection() {
            if (rejectDomain == null || rejectReason == null || rejectMessage == null || rejectMetadata == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new RejectionRow(rejectDomain, rejectReason, rejectMessage, rejectMetadata).toRejection());
        }
    }

    record LineRow(String orderId, int lineNo, String productId, int quantity, long unitPriceMinor) {
        static LineRow of(String orderId, int lineNo, OrderLine line) {
            return new LineRow(orderId, lineNo, line.productId(), line.quantity(), line.unitPriceMinor());
        }
    }

    /// A rejection as its columns hold it.
    ///
    /// @param metadata a JSON object of strings
    record RejectionRow(String domain, String reason, String message, String metadata) {
        private static final JsonMapper JSON = JsonMapper.shared();

        static RejectionRow of(Rejection rejection) {
            return new RejectionRow(
                    rejection.domain(),
                    rejection.reason(),
                    rejection.message(),
                    JSON.writeValueAsString(rejection.metadata()));
        }

        Rejection toRejection() {
            return new Rejection(
                    domain, reason, message, JSON.readValue(metadata, new TypeReference<Map<String, String>>() {}));
        }
    }
}
