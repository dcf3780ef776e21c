package io.ordersaga.coupon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a coupon takes off, and from which orders. Amounts are in the minor unit of `currency`.
///
/// @param valueMinor of an AMOUNT_OFF, more than 0; 0 of a PERCENT_OFF
/// @param percentOffBps of a PERCENT_OFF, in hundredths of a percent, from 1 to 10,000; 0 of an AMOUNT_OFF
/// @param maxDiscountMinor what a PERCENT_OFF takes off at most; null is no bound
/// @param minSpendMinor smallest eligible total
/// @param productIds of scope PRODUCTS, with commas between them; empty of scope ALL
public record CouponRule(
        Kind kind,
        String currency,
        long valueMinor,
        int percentOffBps,
        @Nullable Long maxDiscountMinor,
        long minSpendMinor,
        Scope scope,
        String productIds) {
    /// What it is worth.
    public enum Kind {
        AMOUNT_OFF,
        PERCENT_OFF
    }

    /// What it is for.
    public enum Scope {
        ALL,
        PRODUCTS
    }

    private static final int WHOLE_BPS = 10_000;

    /// What it takes off products of this total, at most all of it; rounded down.
    long discount(long eligibleTotalMinor) {
        return switch (kind) {
            case AMOUNT_OFF -> Math.min(valueMinor, eligibleTotalMinor);
            case PERCENT_OFF -> {
                long part = Math.multiplyExact(eligibleTotalMinor, percentOffBps) / WHOLE_BPS;
                yield maxDiscountMinor == null ? part : Math.min(part, maxDiscountMinor);
            }
        };
    }

    boolean isFor(String productId) {
        return switch (scope) {
            case ALL -> true;
            case PRODUCTS -> products().contains(productId);
        };
    }

    List<String> products() {
        return productIds.isEmpty() ? List.of() : List.of(productIds.split(",", -1));
    }
}
