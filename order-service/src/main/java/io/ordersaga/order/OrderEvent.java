package io.ordersaga.order;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One thing that happened to an order.
///
/// @param seq the version that the order had from then on
/// @param actor `user:<id>`, `staff:<id>`, `saga` or `timer`
/// @param fromState absent in the first event; equal to `toState` when the state stayed as it was
/// @param gid the saga it belongs to
/// @param detail what else there is to say
public record OrderEvent(
        long seq,
        Type type,
        String actor,
        Optional<OrderState> fromState,
        OrderState toState,
        Optional<String> gid,
        Map<String, String> detail,
        Instant eventTime) {
    /// In the words of the contract.
    public enum Type {
        CREATED,
        PLACED,
        REJECTED,
        PAID,
        SHIPPED,
        COMPLETED,
        CANCELLATION_BEGUN,
        CANCELLATION_UNDONE,
        CANCELLED,
        REFUND_BEGUN,
        REFUND_UNDONE,
        PARTLY_REFUNDED,
        REFUNDED,
        UPDATED,
        DELETED
    }

    public OrderEvent {
        detail = Map.copyOf(detail);
    }
}
