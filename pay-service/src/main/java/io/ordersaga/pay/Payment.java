package io.ordersaga.pay;

import java.time.Instant;

/// The payment of an order.
///
/// @param amount what is to be paid, in the minor unit of `currency`; 0 when a coupon covers everything
public record Payment(
        String paymentId,
        String orderId,
        String userId,
        String currency,
        long amount,
        PaymentState state,
        Instant createdAt,
        Instant updatedAt) {}
