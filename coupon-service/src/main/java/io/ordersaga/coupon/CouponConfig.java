package io.ordersaga.coupon;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of this service.
///
/// @param pageSizeDefault rows on a page when the caller does not say
/// @param pageSizeMax rows on a page at most, whatever the caller says
/// @param quotedMax coupons of a user that are looked at when all are quoted; those that end first come
///     first
/// @param expiry how coupons whose time is over are written down as such
@ConfigurationProperties("ordersaga.coupon")
record CouponConfig(
        @DefaultValue("20") int pageSizeDefault,
        @DefaultValue("100") int pageSizeMax,
        @DefaultValue("50") int quotedMax,
        @DefaultValue Expiry expiry) {
    /// Nothing depends on how soon this is: whether a coupon is valid is decided when it is used.
    ///
    /// @param interval between the end of one run and the next
    /// @param batchSize coupons that one transaction writes
    /// @param batchesMax batches of one run; what is left waits for the next
    record Expiry(
            @DefaultValue("1m") Duration interval,
            @DefaultValue("200") int batchSize,
            @DefaultValue("50") int batchesMax) {
        Expiry {
            if (!interval.isPositive() || batchSize < 1 || batchesMax < 1) {
                throw new IllegalArgumentException(
                        "ordersaga.coupon.expiry: interval, batch-size and batches-max must be positive: %s, %d, %d"
                                .formatted(interval, batchSize, batchesMax));
            }
        }
    }

    CouponConfig {
        if (pageSizeDefault < 1 || pageSizeMax < pageSizeDefault) {
            throw new IllegalArgumentException(
                    "ordersaga.coupon: 1 <= page-size-default <= page-size-max, but they are %d and %d"
                            .formatted(pageSizeDefault, pageSizeMax));
        }
        if (quotedMax < 1 || quotedMax > 1000) {
            throw new IllegalArgumentException("ordersaga.coupon.quoted-max must be 1 to 1000: " + quotedMax);
        }
    }

    /// The size of the page for a caller who asked for `asked`, where 0 is "you say".
    int pageSize(int asked) {
        return asked == 0 ? pageSizeDefault : Math.min(asked, pageSizeMax);
    }
}
