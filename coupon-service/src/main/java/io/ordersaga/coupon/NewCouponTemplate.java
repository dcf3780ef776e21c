package io.ordersaga.coupon;

import java.time.Instant;

/// A template to be made, without its rule.
///
public record NewCouponTemplate(
        String couponTemplateId,
        String name,
        Instant validFrom,
        Instant validUntil,
        int validDays,
        long totalQuota,
        int perUserLimit) {
    /// As the database is to be told.
    public String validFromUtc() {
        return UtcText.of(validFrom);
    }

    /// As the database is to be told.
    public String validUntilUtc() {
        return UtcText.of(validUntil);
    }
}
