package io.ordersaga.order;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An order as it is stored.
///
/// @param rejection set exactly when the state is REJECTED
/// @param sagaDefinition of the saga that places it, such as `place/1`
/// @param traceParent W3C `traceparent` of the request that placed it, so that a saga submitted again
///     belongs to the same trace
/// @param version one more with every change, from 1
public record Order(
        String orderId,
        String userId,
        List<OrderLine> lines,
        Optional<String> couponId,
        Price price,
        OrderState state,
        Optional<Rejection> rejection,
        Delivery delivery,
        Progress progress,
        String sagaDefinition,
        Optional<String> traceParent,
        long version,
        Instant createTime,
        Instant updateTime) {
    public Order {
        lines = List.copyOf(lines);
        if (lines.stream().mapToLong(OrderLine::totalMinor).sum() != price.totalMinor()
                || lines.stream().mapToLong(OrderLine::discountMinor).sum() != price.discountMinor()) {
            throw new IllegalArgumentException("the lines of order " + orderId + " do not add up to its price");
        }
        if (rejection.isPresent() != (state == OrderState.REJECTED)) {
            throw new IllegalArgumentException("order " + orderId + " is " + state + " with rejection " + rejection);
        }
    }

    /// Name of the saga that places it. The same for every attempt, so that the coordinator knows them as
    /// one.
    public String gid() {
        return "place-" + orderId;
    }

    /// What a client names to change this version and no other.
    public String etag() {
        return Long.toString(version);
    }

    /// What can still be paid back, in minor units, once it is paid.
    public long refundableMinor() {
        return price.payableMinor() - progress.refundedMinor();
    }
}
