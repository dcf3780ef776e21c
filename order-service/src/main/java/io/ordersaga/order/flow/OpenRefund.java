package io.ordersaga.order.flow;

import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import java.util.Optional;

/// A refund with what its saga is made from.
///
/// @param orderState the order's state when the refund was asked for
/// @param whole whether nothing is left to pay back after it
/// @param returnsStock whether its pieces go back into stock
/// @param sagaDefinition such as `refund/1`
public record OpenRefund(
        Refund refund,
        OrderState orderState,
        boolean whole,
        boolean returnsStock,
        String sagaDefinition,
        Optional<String> traceParent) {}
