package io.ordersaga.order;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Orders to test with: two pieces of product 1 at 1100 and one of product 2 at 500, 2700 in all.
final class Orders {
    static final Instant NOW = Instant.parse("2026-11-21T08:00:00.123Z");
    static final String TRACE_PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    static final Rejection OUT_OF_STOCK = new Rejection(
            "stock.ordersaga",
            "OUT_OF_STOCK",
            "only 1 of product 1 is left",
            Map.of("product_id", "1", "requested", "2", "available", "1"));

    private Orders() {}

    static Order placing(String orderId) {
        return placing(orderId, Optional.empty(), 0);
    }

    static Order placingWithCoupon(String orderId) {
        return placing(orderId, Optional.of("7"), 1000);
    }

    private static Order placing(String orderId, Optional<String> couponId, long discount) {
        return new Order(
                orderId,
                "42",
                Allocation.spread(discount, List.of(OrderLine.of("1", 2, 1100), OrderLine.of("2", 1, 500))),
                couponId,
                new Price("CNY", 2700, discount),
                OrderState.PLACING,
                Optional.empty(),
                Delivery.UNKNOWN,
                Progress.none(Optional.of(NOW.plusSeconds(1800))),
                "place/1",
                Optional.of(TRACE_PARENT),
                1,
                NOW,
                NOW);
    }

    /// One line of product 1.
    static NewOrder wanted(int quantity, OptionalLong expectedTotal) {
        return new NewOrder("42", List.of(new NewOrder.Line("1", quantity)), Optional.empty(), expectedTotal);
    }
}
