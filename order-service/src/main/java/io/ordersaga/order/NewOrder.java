package io.ordersaga.order;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a client wants, before it has a price.
///
/// @param expectedTotalMinor the gross total that the client saw, when it says so
record NewOrder(String userId, List<Line> lines, Optional<String> couponId, OptionalLong expectedTotalMinor) {
    record Line(String productId, int quantity) {}

    NewOrder {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("an order has at least one line");
        }
    }
}
