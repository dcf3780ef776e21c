package io.ordersaga.order.flow;

import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderChange;
import io.ordersaga.order.OrderEvent;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.Tracking;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ships a paid order and has it received. Each is one change of the order's row; nobody else takes part.
final class ShipOrder {
    private static final Logger log = LoggerFactory.getLogger(ShipOrder.class);

    private final FlowTable table;

    ShipOrder(FlowTable table) {
        this.table = table;
    }

    /// See [io.ordersaga.order.Lifecycle#ship].
    Order ship(String orderId, Tracking tracking, Guard guard) {
        guard.caller().requireStaff();
        Instant now = table.databaseTime();
        OrderChange change = OrderChange.of(orderId, OrderEvent.Type.SHIPPED, OrderState.SHIPPED)
                .from(OrderState.PAID)
                .shipped(tracking, now)
                .under(guard);
        boolean shipped = table.change(change, now);
        Order order = current(orderId, guard);
        if (shipped) {
            log.info("Shipped with {}", tracking.carrier());
            return order;
        }
        if (order.state() == OrderState.SHIPPED && order.delivery().tracking().equals(Optional.of(tracking))) {
            return order;
        }
        throw refusal(order, guard);
    }

    /// See [io.ordersaga.order.Lifecycle#confirmReceipt].
    Order confirmReceipt(String orderId, Guard guard) {
        Instant now = table.databaseTime();
        boolean completed = table.change(completion(orderId, now).under(guard), now);
        Order order = current(orderId, guard);
        if (completed || order.state() == OrderState.COMPLETED) {
            return order;
        }
        throw refusal(order, guard);
    }

    static OrderChange completion(String orderId, Instant now) {
        return OrderChange.of(orderId, OrderEvent.Type.COMPLETED, OrderState.COMPLETED)
                .from(OrderState.SHIPPED)
                .completed(now);
    }

    private Order current(String orderId, Guard guard) {
        return table.find(orderId, guard.owner()).orElseThrow(() -> Refusals.orderNotFound(orderId));
    }

    private static RefusalException refusal(Order order, Guard guard) {
        return order.state() == OrderState.REFUNDING
                ? FlowRefusals.conflictForNow(order.orderId(), order.state())
                : Refusals.unchanged(order.orderId(), Optional.of(order), guard);
    }
}
