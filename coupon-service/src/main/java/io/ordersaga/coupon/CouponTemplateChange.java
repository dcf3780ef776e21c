package io.ordersaga.coupon;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What staff change of a template; null is left as it is.
///
/// @param etag the only one that may be changed; empty when any may
public record CouponTemplateChange(
        String couponTemplateId,
        @Nullable String name,
        @Nullable Long totalQuota,
        @Nullable Integer perUserLimit,
        @Nullable Instant validUntil,
        String etag) {
    /// As the database is to be told.
    public @Nullable String validUntilUtc() {
        return validUntil == null ? null : UtcText.of(validUntil);
    }
}
