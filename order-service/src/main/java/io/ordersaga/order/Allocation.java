package io.ordersaga.order;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Spreads an order's discount over its lines by the method of the largest remainder: each gets its part of the total,
/// rounded down, and what is left over goes one by one to those that lost most by rounding, the first line first among
/// equals. The shares add up to the discount exactly, and none is more than its line. Pure.
final class Allocation {
    private Allocation() {}

    /// The lines, each with its share.
    ///
    /// @param discountMinor from 0 to the total of the lines
    static List<OrderLine> spread(long discountMinor, List<OrderLine> lines) {
        long total = lines.stream().mapToLong(OrderLine::totalMinor).reduce(0, Math::addExact);
        if (discountMinor < 0 || discountMinor > total) {
            throw new IllegalArgumentException("discount " + discountMinor + " of total " + total);
        }
        if (discountMinor == 0) {
            return lines.stream().map(line -> line.withDiscount(0)).toList();
        }
        long[] shares = new long[lines.size()];
        BigInteger[] remainders = new BigInteger[lines.size()];
        long left = discountMinor;
        for (int i = 0; i < shares.length; i++) {
            BigInteger[] parts = BigInteger.valueOf(lines.get(i).totalMinor())
                    .multiply(BigInteger.valueOf(discountMinor))
                    .divideAndRemainder(BigInteger.valueOf(total));
            shares[i] = parts[0].longValueExact();
            remainders[i] = parts[1];
            left -= shares[i];
        }
        List<Integer> byRemainder = new ArrayList<>(
                IntStream.range(0, shares.length).boxed().toList());
        // Stable, so that the first line comes first among equals.
        byRemainder.sort(Comparator.comparing((Integer i) -> remainders[i]).reversed());
        for (int place = 0; place < left; place++) {
            shares[byRemainder.get(place)]++;
        }
        return IntStream.range(0, shares.length)
                .mapToObj(i -> lines.get(i).withDiscount(shares[i]))
                .toList();
    }
}
