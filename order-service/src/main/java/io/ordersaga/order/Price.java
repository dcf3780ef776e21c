package io.ordersaga.order;

/// What an order costs, in minor units of one currency.
///
/// @param totalMinor sum of the lines
/// @param discountMinor what the coupon takes off, at most the total
public record Price(String currency, long totalMinor, long discountMinor) {
    /// The largest amount that the contracts carry; see `ordersaga.type.v1.Money`.
    static final long AMOUNT_MINOR_MAX = 1_000_000_000_000L;

    public Price {
        if (totalMinor < 0 || totalMinor > AMOUNT_MINOR_MAX) {
            throw new IllegalArgumentException("total out of range: " + totalMinor);
        }
        if (discountMinor < 0 || discountMinor > totalMinor) {
            throw new IllegalArgumentException("discount " + discountMinor + " of total " + totalMinor);
        }
    }

    long payableMinor() {
        return totalMinor - discountMinor;
    }
}
