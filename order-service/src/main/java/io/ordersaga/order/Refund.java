package io.ordersaga.order;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Money paid back for an order, or about to be.
///
/// @param amountMinor in minor units of `currency`
/// @param lines empty when an amount was asked for
/// @param failure set exactly when the state is FAILED
public record Refund(
        String refundId,
        String orderId,
        State state,
        String currency,
        long amountMinor,
        List<Line> lines,
        boolean restock,
        String reason,
        Optional<Rejection> failure,
        Instant createTime,
        Instant updateTime) {
    /// In the words of the contract.
    public enum State {
        PENDING,
        SUCCEEDED,
        FAILED
    }

    public record Line(String productId, int quantity) {}

    public Refund {
        lines = List.copyOf(lines);
        if (failure.isPresent() != (state == State.FAILED)) {
            throw new IllegalArgumentException("refund " + refundId + " is " + state + " with failure " + failure);
        }
    }

    /// Name of its saga.
    public String gid() {
        return "refund-" + refundId;
    }
}
