package io.ordersaga.coupon;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
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
    /// As the database is to be told, see [NewCouponTemplate#validFromUtc()].
    public @Nullable LocalDateTime validUntilUtc() {
        return validUntil == null ? null : LocalDateTime.ofInstant(validUntil, ZoneOffset.UTC);
    }
}
