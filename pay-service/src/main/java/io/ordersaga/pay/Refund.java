package io.ordersaga.pay;

import java.time.Instant;
import java.util.Optional;

/// Money given back: its row.
///
/// @param refundId also the provider's idempotency key
/// @param amountMinor in the minor unit of `currency`
/// @param providerRefundId the refund's name at the provider, once it is known there
/// @param failure the provider's word for why it failed; empty unless FAILED
public record Refund(
        String refundId,
        String paymentId,
        String currency,
        long amountMinor,
        State state,
        String reason,
        Optional<String> providerRefundId,
        String failure,
        Instant createTime,
        Instant updateTime) {
    /// The reason of a refund of money that came after the payment was closed.
    static final String LATE_PAYMENT = "LATE_PAYMENT";

    /// The reason of a refund of money for an order that was not placed.
    static final String ORDER_REJECTED = "ORDER_REJECTED";

    /// PENDING -> SUCCEEDED or FAILED.
    public enum State {
        PENDING,
        SUCCEEDED,
        FAILED
    }
}
