package io.ordersaga.order.flow;

import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Rejection;
import java.time.Instant;
import java.util.Optional;

/// Somebody's wish to cancel an order, and what became of it.
///
/// @param cancellationNo counts the order's cancellations from 1
/// @param comment for people, may be empty
/// @param actor `user:<id>`, `staff:<id>` or `timer`
/// @param sagaDefinition of the saga that carries it out, such as `cancel/1`
/// @param failure set exactly when the state is FAILED
public record Cancellation(
        String orderId,
        int cancellationNo,
        State state,
        CancelReason reason,
        String comment,
        String actor,
        String sagaDefinition,
        Optional<String> traceParent,
        Optional<Rejection> failure,
        Instant createTime) {
    public enum State {
        PENDING,
        SUCCEEDED,
        /// The order goes on, because it was paid or is something else by now.
        FAILED
    }

    String cancellationId() {
        return orderId + "-" + cancellationNo;
    }

    String gid() {
        return "cancel-" + cancellationId();
    }

    /// The number in the id of one of the order's cancellations; empty when it is no such id.
    static Optional<Integer> number(String orderId, String cancellationId) {
        String digits = cancellationId.startsWith(orderId + "-") ? cancellationId.substring(orderId.length() + 1) : "";
        return digits.matches("[1-9][0-9]{0,8}") ? Optional.of(Integer.valueOf(digits)) : Optional.empty();
    }
}
