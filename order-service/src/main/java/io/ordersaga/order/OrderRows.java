package io.ordersaga.order;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The rows of the tables, as their columns hold them.
public final class OrderRows {
    private static final JsonMapper JSON = JsonMapper.shared();

    private OrderRows() {}

    /// A JSON object of strings.
    static String json(Map<String, String> words) {
        return JSON.writeValueAsString(words);
    }

    private static Map<String, String> words(String json) {
        return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    }

    /// A JSON object, see [Address]; null when there is none.
    static @Nullable String json(Optional<Address> address) {
        return address.map(JSON::writeValueAsString).orElse(null);
    }

    /// An order without its lines.
    ///
    /// @param address a JSON object, see [Address]
    public record OrderRow(
            String orderId,
            String userId,
            OrderState state,
            long version,
            @Nullable String couponId,
            String currency,
            long totalMinor,
            long discountMinor,
            @Nullable String rejectDomain,
            @Nullable String rejectReason,
            @Nullable String rejectMessage,
            @Nullable String rejectMetadata,
            @Nullable String address,
            String note,
            @Nullable String carrier,
            @Nullable String trackingNumber,
            @Nested Progress progress,
            String sagaDefinition,
            @Nullable String traceParent,
            Instant createTime,
            Instant updateTime) {
        static OrderRow of(Order order) {
            return new OrderRow(
                    order.orderId(),
                    order.userId(),
                    order.state(),
                    order.version(),
                    order.couponId().orElse(null),
                    order.price().currency(),
                    order.price().totalMinor(),
                    order.price().discountMinor(),
                    null,
                    null,
                    null,
                    null,
                    json(order.delivery().address()),
                    order.delivery().note(),
                    null,
                    null,
                    order.progress(),
                    order.sagaDefinition(),
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
                    RejectionRow.toRejection(rejectDomain, rejectReason, rejectMessage, rejectMetadata),
                    new Delivery(
                            Optional.ofNullable(address).map(json -> JSON.readValue(json, Address.class)),
                            note,
                            carrier == null || trackingNumber == null
                                    ? Optional.empty()
                                    : Optional.of(new Tracking(carrier, trackingNumber))),
                    progress,
                    sagaDefinition,
                    Optional.ofNullable(traceParent),
                    version,
                    createTime,
                    updateTime);
        }
    }

    public record LineRow(
            String orderId,
            int lineNo,
            String productId,
            int quantity,
            long unitPriceMinor,
            long discountMinor,
            int refundedQuantity) {
        static LineRow of(String orderId, int lineNo, OrderLine line) {
            return new LineRow(
                    orderId,
                    lineNo,
                    line.productId(),
                    line.quantity(),
                    line.unitPriceMinor(),
                    line.discountMinor(),
                    line.refundedQuantity());
        }

        OrderLine toLine() {
            return new OrderLine(productId, quantity, unitPriceMinor, discountMinor, refundedQuantity);
        }
    }

    /// Why something was refused; all null when it was not.
    ///
    /// @param metadata a JSON object of strings
    public record RejectionRow(
            @Nullable String domain,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String metadata) {
        public static RejectionRow of(@Nullable Rejection rejection) {
            return rejection == null
                    ? new RejectionRow(null, null, null, null)
                    : new RejectionRow(
                            rejection.domain(), rejection.reason(), rejection.message(), json(rejection.metadata()));
        }

        public static Optional<Rejection> toRejection(
                @Nullable String domain, @Nullable String reason, @Nullable String message, @Nullable String metadata) {
            return domain == null || reason == null || message == null || metadata == null
                    ? Optional.empty()
                    : Optional.of(new Rejection(domain, reason, message, words(metadata)));
        }
    }

    /// An event of an order's timeline.
    ///
    /// @param detail a JSON object of strings
    public record EventRow(
            String orderId,
            long seq,
            OrderEvent.Type type,
            String actor,
            @Nullable OrderState fromState,
            OrderState toState,
            @Nullable String gid,
            String detail,
            Instant eventTime) {
        static EventRow created(Order order) {
            return new EventRow(
                    order.orderId(),
                    order.version(),
                    OrderEvent.Type.CREATED,
                    "user:" + order.userId(),
                    null,
                    order.state(),
                    order.gid(),
                    json(Map.of()),
                    order.createTime());
        }

        OrderEvent toEvent() {
            return new OrderEvent(
                    seq,
                    type,
                    actor,
                    Optional.ofNullable(fromState),
                    toState,
                    Optional.ofNullable(gid),
                    words(detail),
                    eventTime);
        }
    }

    /// A refund without its lines.
    public record RefundRow(
            String refundId,
            String orderId,
            Refund.State state,
            String currency,
            long amountMinor,
            boolean restock,
            String reason,
            @Nullable String rejectDomain,
            @Nullable String rejectReason,
            @Nullable String rejectMessage,
            @Nullable String rejectMetadata,
            Instant createTime,
            Instant updateTime) {
        static RefundRow of(Refund refund) {
            return new RefundRow(
                    refund.refundId(),
                    refund.orderId(),
                    refund.state(),
                    refund.currency(),
                    refund.amountMinor(),
                    refund.restock(),
                    refund.reason(),
                    null,
                    null,
                    null,
                    null,
                    refund.createTime(),
                    refund.updateTime());
        }

        Refund toRefund(List<Refund.Line> lines) {
            return new Refund(
                    refundId,
                    orderId,
                    state,
                    currency,
                    amountMinor,
                    lines,
                    restock,
                    reason,
                    RejectionRow.toRejection(rejectDomain, rejectReason, rejectMessage, rejectMetadata),
                    createTime,
                    updateTime);
        }
    }
}
