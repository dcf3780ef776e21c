package io.ordersaga.order;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a client wants, before it has a price.
///
/// @param expectedTotalMinor the gross total that the client saw, when it says so
/// @param delivery without tracking
record NewOrder(
        String userId,
        List<Line> lines,
        Optional<String> couponId,
        OptionalLong expectedTotalMinor,
        Delivery delivery) {
    record Line(String productId, int quantity) {}

    /// Nothing is known about where it goes.
    NewOrder(String userId, List<Line> lines, Optional<String> couponId, OptionalLong expectedTotalMinor) {
        this(userId, lines, couponId, expectedTotalMinor, Delivery.UNKNOWN);
    }

    NewOrder {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("an order has at least one line");
        }
    }
}
