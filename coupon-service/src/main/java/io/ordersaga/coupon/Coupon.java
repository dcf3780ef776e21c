package io.ordersaga.coupon;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A coupon of a user.
///
/// @param couponTemplateId where it was claimed; null when it was handed out otherwise
/// @param orderId the order that has it; null exactly while it is neither LOCKED nor USED
/// @param version counts its changes
/// @param started whether `validFrom` has come, by the database's clock
/// @param ended whether `validUntil` has come, by the database's clock
public record Coupon(
        String couponId,
        @Nullable String couponTemplateId,
        String userId,
        CouponRule rule,
        CouponState state,
        @Nullable String orderId,
        long version,
        Instant validFrom,
        Instant validUntil,
        Instant createTime,
        Instant updateTime,
        boolean started,
        boolean ended) {
    /// Its state as it counts: whoever asks need not wait for the job that writes EXPIRED down.
    CouponState stateNow() {
        return state == CouponState.UNUSED && ended ? CouponState.EXPIRED : state;
    }

    /// Changes with everything about it.
    String etag() {
        return version + "." + stateNow();
    }
}
