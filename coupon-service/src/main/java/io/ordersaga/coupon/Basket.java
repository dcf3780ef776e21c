package io.ordersaga.coupon;

import java.util.List;

/// What a coupon is to be used for. Amounts are in the minor unit of `currency`.
///
/// @param lines what the order consists of; may be empty, and then nobody knows
record Basket(String currency, long totalMinor, List<Line> lines) {
    /// @param amountMinor unit price times quantity
    record Line(String productId, String currency, long amountMinor) {}

    Basket {
        lines = List.copyOf(lines);
    }

    /// What belongs to the products that the rule is for.
    long eligibleTotal(CouponRule rule) {
        return switch (rule.scope()) {
            case ALL -> totalMinor;
            case PRODUCTS ->
                lines.stream()
                        .filter(line -> rule.isFor(line.productId()))
                        .mapToLong(Line::amountMinor)
                        .sum();
        };
    }

    /// The products that the rule is for, each once.
    List<String> eligibleProducts(CouponRule rule) {
        return lines.stream()
                .map(Line::productId)
                .filter(rule::isFor)
                .distinct()
                .toList();
    }

    boolean isIn(String otherCurrency) {
        return currency.equals(otherCurrency)
                && lines.stream().allMatch(line -> line.currency().equals(otherCurrency));
    }
}
