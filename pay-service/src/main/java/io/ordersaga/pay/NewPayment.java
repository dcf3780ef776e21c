package io.ordersaga.pay;

import java.time.Instant;
import java.util.Optional;

/// A payment to be opened.
///
/// @param amountMinor in the minor unit of `currency`
/// @param expireTime when given, no attempt begins after it
public record NewPayment(
        String orderId, String userId, String currency, long amountMinor, Optional<Instant> expireTime) {
    /// Whether `existing` is what this one would be.
    boolean isSameAs(Payment existing) {
        return orderId.equals(existing.orderId())
                && userId.equals(existing.userId())
                && currency.equals(existing.currency())
                && amountMinor == existing.amountMinor();
    }
}
