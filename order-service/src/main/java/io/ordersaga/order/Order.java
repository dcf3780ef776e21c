package io.ordersaga.order;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An order as it is stored.
///
/// @param rejection set exactly when the state is REJECTED
/// @param traceParent W3C `traceparent` of the request that placed it, so that a saga submitted again belongs to the
///     same trace
public record Order(
        String orderId,
        String userId,
        List<OrderLine> lines,
        Optional<String> couponId,
        Price price,
        OrderState state,
        Optional<Rejection> rejection,
        Optional<String> traceParent,
        Instant createTime,
        Instant updateTime) {
    public Order {
        lines = List.copyOf(lines);
        if (lines.stream().mapToLong(OrderLine::totalMinor).sum() != price.totalMinor()) {
            throw new IllegalArgumentException("the lines of order " + orderId + " do not add up to its total");
        }
        if (rejection.isPresent() != (state == OrderState.REJECTED)) {
            throw new IllegalArgumentException("order " + orderId + " is " + state + " with rejection " + rejection);
        }
    }

    /// Name of the saga that places it. The same for every attempt, so that the coordinator knows them as one.
    String gid() {
        return "place-" + orderId;
    }
}
