package io.ordersaga.coupon;

import java.time.Instant;

/// Where coupons are claimed.
///
/// @param validDays a claimed coupon is valid for so many days, at most until `validUntil`; 0 is until then
/// @param totalQuota coupons that can be claimed in all; 0 is any number
/// @param perUserLimit coupons that one user can claim
/// @param version counts the changes by staff
/// @param started whether `validFrom` has come, by the database's clock
/// @param ended whether `validUntil` has come, by the database's clock
public record CouponTemplate(
        String couponTemplateId,
        String name,
        CouponRule rule,
        Instant validFrom,
        Instant validUntil,
        int validDays,
        long totalQuota,
        int perUserLimit,
        long issuedCount,
        long usedCount,
        State state,
        long version,
        Instant createTime,
        Instant updateTime,
        boolean started,
        boolean ended) {
    /// DRAFT -> ACTIVE <-> PAUSED, and from each to ENDED.
    public enum State {
        DRAFT,
        ACTIVE,
        PAUSED,
        ENDED;

        boolean mayBecome(State next) {
            return switch (next) {
                case DRAFT -> false;
                case ACTIVE -> this == DRAFT || this == PAUSED;
                case PAUSED -> this == ACTIVE;
                case ENDED -> this != ENDED;
            };
        }
    }

    /// Changes with everything about it; its first part, the version, with what staff change.
    String etag() {
        return version + "." + issuedCount + "." + usedCount;
    }

    /// Whether an etag of ours stands for this version, whatever was claimed since.
    boolean hasVersionOf(String etag) {
        return etag.startsWith(version + ".");
    }
}
