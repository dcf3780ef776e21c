package io.ordersaga.order;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A change of an order's state: from which states to which, what is recorded along with it, and what is
/// said about it in the timeline. Made by [#of] and refined by the methods that return another one.
///
/// @param from the states in which it happens; [OrderState] allows each of them
/// @param actor `user:<id>`, `staff:<id>`, `saga` or `timer`
/// @param owner the order's user, when only that one's order may change
/// @param version the order's version, when only that one may change
/// @param detail what else the timeline says
/// @param values what is recorded on the order's row
public record OrderChange(
        String orderId,
        OrderEvent.Type type,
        OrderState to,
        List<OrderState> from,
        String actor,
        Optional<String> gid,
        Optional<String> owner,
        OptionalLong version,
        Map<String, String> detail,
        Values values) {
    /// What stays as it is when it is null.
    ///
    /// @param refundedMinor added to what was paid back so far
    public record Values(
            @Nullable Rejection rejection,
            @Nullable String paymentId,
            @Nullable Instant paidTime,
            @Nullable Tracking tracking,
            @Nullable Instant shippedTime,
            @Nullable Instant completedTime,
            @Nullable CancelReason cancelReason,
            long refundedMinor) {
        static final Values NONE = new Values(null, null, null, null, null, null, null, 0);
    }

    public OrderChange {
        from = List.copyOf(from);
        detail = Map.copyOf(detail);
        for (OrderState state : from) {
            if (!state.canBecome(to)) {
                throw new IllegalArgumentException(state + " cannot become " + to);
            }
        }
        if (from.isEmpty()) {
            throw new IllegalArgumentException("nothing can become " + to);
        }
    }

    /// From every state that may become `to`, by a saga.
    public static OrderChange of(String orderId, OrderEvent.Type type, OrderState to) {
        return new OrderChange(
                orderId,
                type,
                to,
                to.predecessors(),
                "saga",
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Map.of(),
                Values.NONE);
    }

    public OrderChange from(OrderState... states) {
        return new OrderChange(orderId, type, to, List.of(states), actor, gid, owner, version, detail, values);
    }

    /// By a saga's step.
    public OrderChange in(String saga) {
        return new OrderChange(orderId, type, to, from, actor, Optional.of(saga), owner, version, detail, values);
    }

    /// Only of the order that the caller may change and has seen.
    public OrderChange under(Guard guard) {
        return new OrderChange(
                orderId, type, to, from, guard.actor(), gid, guard.owner(), guard.version(), detail, values);
    }

    public OrderChange by(String who) {
        return new OrderChange(orderId, type, to, from, who, gid, owner, version, detail, values);
    }

    public OrderChange detail(String key, String value) {
        Map<String, String> more = new HashMap<>(detail);
        more.put(key, value);
        return new OrderChange(orderId, type, to, from, actor, gid, owner, version, more, values);
    }

    public OrderChange rejected(Rejection rejection) {
        return with(new Values(rejection, null, null, null, null, null, null, 0))
                .detail("reason", rejection.reason())
                .detail("message", rejection.message());
    }

    public OrderChange paid(String paymentId, Instant paidTime) {
        return with(new Values(null, paymentId, paidTime, null, null, null, null, 0))
                .detail("payment_id", paymentId);
    }

    public OrderChange shipped(Tracking tracking, Instant shippedTime) {
        return with(new Values(null, null, null, tracking, shippedTime, null, null, 0))
                .detail("carrier", tracking.carrier())
                .detail("tracking_number", tracking.number());
    }

    public OrderChange completed(Instant completedTime) {
        return with(new Values(null, null, null, null, null, completedTime, null, 0));
    }

    public OrderChange cancelled(CancelReason reason) {
        return with(new Values(null, null, null, null, null, null, reason, 0)).detail("reason", reason.name());
    }

    /// With what is paid back by it.
    ///
    /// @param minor added to what was paid back so far, in minor units
    public OrderChange refunded(String refundId, long minor) {
        return with(new Values(null, null, null, null, null, null, null, minor))
                .detail("refund_id", refundId)
                .detail("amount_minor", Long.toString(minor));
    }

    private OrderChange with(Values recorded) {
        return new OrderChange(orderId, type, to, from, actor, gid, owner, version, detail, recorded);
    }
}
