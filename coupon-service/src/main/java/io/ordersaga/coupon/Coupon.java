package io.ordersaga.coupon;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A coupon of a user.
///
/// @param value what it takes off an order, in the minor unit of `currency`
/// @param minSpend smallest order total it may be used with
/// @param orderId the order that holds it; null exactly while it is UNUSED
/// @param started whether `validFrom` has come, by the database's clock
/// @param ended whether `validUntil` has come, by the database's clock
public record Coupon(
        String couponId,
        String userId,
        String currency,
        long value,
        long minSpend,
        CouponState state,
        @Nullable String orderId,
        Instant validFrom,
        Instant validUntil,
        boolean started,
        boolean ended) {
    /// What it takes off an order of this total.
    long discount(long orderTotal) {
        return Math.min(value, orderTotal);
    }
}
