package io.ordersaga.order;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Spreads an order's discount over its lines by the method of the largest remainder: each gets its part of
/// the total, rounded down, and what is left over goes one by one to those that lost most by rounding, the
/// first line first among equals. The shares add up to the discount exactly, and none is more than its
/// line. Pure.
final class Allocation {
    private Allocation() {}

    /// The lines, each with its share.
    ///
    /// @param discountMinor from 0 to the total of the lines
    static List<OrderLine> spread(long discountMinor, List<OrderLine> lines) {
        return spread(
                discountMinor, lines, lines.stream().map(OrderLine::productId).collect(Collectors.toSet()));
    }

    /// The lines, those of some products with a share each.
    ///
    /// @param discountMinor from 0 to the total of these products' lines
    static List<OrderLine> spread(long discountMinor, List<OrderLine> lines, Set<String> productIds) {
        long[] weights = lines.stream()
                .mapToLong(line -> productIds.contains(line.productId()) ? line.totalMinor() : 0)
                .toArray();
        long[] shares = shares(discountMinor, weights);
        return IntStream.range(0, shares.length)
                .mapToObj(i -> lines.get(i).withDiscount(shares[i]))
                .toList();
    }

    private static long[] shares(long discount, long[] weights) {
        long total = Arrays.stream(weights).reduce(0, Math::addExact);
        if (discount < 0 || discount > total) {
            throw new IllegalArgumentException("discount " + discount + " of total " + total);
        }
        long[] shares = new long[weights.length];
        if (discount == 0) {
            return shares;
        }
        BigInteger[] remainders = new BigInteger[weights.length];
        long left = discount;
        for (int i = 0; i < weights.length; i++) {
            BigInteger[] parts = BigInteger.valueOf(weights[i])
                    .multiply(BigInteger.valueOf(discount))
                    .divideAndRemainder(BigInteger.valueOf(total));
            shares[i] = parts[0].longValueExact();
            remainders[i] = parts[1];
            left -= shares[i];
        }
        // Stable, so that the first line comes first among equals.
        List<Integer> byRemainder = IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
                .toList();
        for (int place = 0; place < left; place++) {
            shares[byRemainder.get(place)]++;
        }
        return shares;
    }
}
