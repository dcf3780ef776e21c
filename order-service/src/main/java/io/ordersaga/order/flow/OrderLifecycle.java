package io.ordersaga.order.flow;

import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Lifecycle;
import io.ordersaga.order.Order;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Tracking;

/// The use cases under one name. Thread-safe.
final class OrderLifecycle implements Lifecycle {
    private final CancelOrder cancelOrder;
    private final ShipOrder shipOrder;
    private final RefundOrder refundOrder;

    OrderLifecycle(CancelOrder cancelOrder, ShipOrder shipOrder, RefundOrder refundOrder) {
        this.cancelOrder = cancelOrder;
        this.shipOrder = shipOrder;
        this.refundOrder = refundOrder;
    }

    @Override
    public void wishToCancel(String orderId, CancelReason reason, String comment, Guard guard) {
        cancelOrder.wish(orderId, reason, comment, guard);
    }

    @Override
    public Order cancel(String orderId, CancelReason reason, String comment, Guard guard) {
        return cancelOrder.cancel(orderId, reason, comment, guard);
    }

    @Override
    public Order ship(String orderId, Tracking tracking, Guard guard) {
        return shipOrder.ship(orderId, tracking, guard);
    }

    @Override
    public Order confirmReceipt(String orderId, Guard guard) {
        return shipOrder.confirmReceipt(orderId, guard);
    }

    @Override
    public void wishToRefund(NewRefund wanted, Guard guard) {
        refundOrder.wish(wanted, guard);
    }

    @Override
    public Refund refund(NewRefund wanted, Guard guard) {
        return refundOrder.refund(wanted, guard);
    }
}
