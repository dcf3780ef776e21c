package io.ordersaga.order;

import java.time.InstantSource;
import java.util.Optional;

/// Changes what is only this service's business: where an order goes, what its customer notes, and whether
/// it is shown in lists. Thread-safe.
final class ChangeOrders {
    private final OrderTable orders;
    private final InstantSource clock;

    ChangeOrders(OrderTable orders, InstantSource clock) {
        this.orders = orders;
        this.clock = clock;
    }

    /// @param address absent to leave it as it is
    /// @param note absent to leave it as it is
    Order update(String orderId, Optional<Address> address, Optional<String> note, Guard guard) {
        if (!orders.update(orderId, address, note, guard, clock.instant())) {
            throw refusal(orderId, guard);
        }
        return find(orderId);
    }

    /// Takes an order that has reached its end off the lists; one that was is shown as it is, to staff.
    Order delete(String orderId, Guard guard) {
        if (orders.delete(orderId, guard, clock.instant())) {
            return find(orderId);
        }
        return orders.find(orderId, guard.owner())
                .filter(order -> order.progress().deleteTime().isPresent())
                .orElseThrow(() -> refusal(orderId, guard));
    }

    private RuntimeException refusal(String orderId, Guard guard) {
        return Refusals.unchanged(orderId, orders.find(orderId, guard.owner()), guard);
    }

    private Order find(String orderId) {
        return orders.find(orderId).orElseThrow(() -> Refusals.orderNotFound(orderId));
    }
}
