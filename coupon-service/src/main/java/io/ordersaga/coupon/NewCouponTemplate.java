package io.ordersaga.coupon;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

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
    /// As the database is to be told: MariaDB takes an instant for a TIMESTAMP, which ends in 2038.
    public LocalDateTime validFromUtc() {
        return LocalDateTime.ofInstant(validFrom, ZoneOffset.UTC);
    }

    /// The same of the end.
    public LocalDateTime validUntilUtc() {
        return LocalDateTime.ofInstant(validUntil, ZoneOffset.UTC);
    }
}
