package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final long SEED = 20261121;

    @Test
    void leftOverGoesToTheLargestRemainders() {
        // Three thirds of 100 are 33.3 each; one, two and four sevenths of 1000 are 142.86, 285.71 and 571.43.
        assertThat(shares(100, 1, 1, 1)).containsExactly(34L, 33L, 33L);
        assertThat(shares(1000, 100, 200, 400)).containsExactly(143L, 286L, 571L);
    }

    private static List<Long> shares(long discount, long... prices) {
        List<OrderLine> lines = new ArrayList<>();
        for (int i = 0; i < prices.length; i++) {
            lines.add(OrderLine.of("p" + i, 100, prices[i]));
        }
        return Allocation.spread(discount, lines).stream()
                .map(OrderLine::discountMinor)
                .toList();
    }

    @Test
    void onlyTheNamedProductsShare() {
        List<OrderLine> lines = List.of(OrderLine.of("a", 1, 100), OrderLine.of("b", 1, 50), OrderLine.of("c", 1, 50));
        assertThat(Allocation.spread(99, lines, Set.of("b", "c")))
                .extracting(OrderLine::discountMinor)
                .containsExactly(0L, 50L, 49L);
        assertThatThrownBy(() -> Allocation.spread(101, lines, Set.of("b", "c")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Whatever the order: the shares add up to the discount, each is its exact part rounded down or up,
    /// and no line gets more than it costs. 10,000 orders of up to 50 lines, with prices from nothing to
    /// the largest there are.
    @Test
    void sharesAreExactWhateverTheOrder() {
        Random random = new Random(SEED);
        for (int round = 0; round < 10_000; round++) {
            List<OrderLine> lines = new ArrayList<>();
            Set<String> named = new HashSet<>();
            int count = 1 + random.nextInt(50);
            for (int i = 0; i < count; i++) {
                long price = Math.floorMod(random.nextLong(), 1L << (1 + random.nextInt(20)));
                lines.add(OrderLine.of("p" + i, 1 + random.nextInt(9999), price));
                if (random.nextInt(4) > 0) {
                    named.add("p" + i);
                }
            }
            long total = lines.stream()
                    .filter(line -> named.contains(line.productId()))
                    .mapToLong(OrderLine::totalMinor)
                    .sum();
            long discount = total == 0 ? 0 : Math.floorMod(random.nextLong(), total + 1);
            List<OrderLine> spread = Allocation.spread(discount, lines, named);
            assertThat(spread.stream().mapToLong(OrderLine::discountMinor).sum())
                    .as("round %d", round)
                    .isEqualTo(discount);
            for (OrderLine line : spread) {
                long weight = named.contains(line.productId()) ? line.totalMinor() : 0;
                double exact = total == 0 ? 0 : (double) weight / total * discount;
                assertThat((double) line.discountMinor()).isBetween(exact - 1.001, exact + 1.001);
                assertThat(line.discountMinor()).isLessThanOrEqualTo(line.totalMinor());
            }
        }
    }
}
