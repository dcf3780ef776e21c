package io.ordersaga.order;

/// Of a build without the use cases that follow a placement.
final class NoLifecycle implements Lifecycle {
    @Override
    public Order cancel(String orderId, CancelReason reason, String comment, Guard guard) {
        throw Refusals.notImplemented();
    }

    @Override
    public Order ship(String orderId, Tracking tracking, Guard guard) {
        throw Refusals.notImplemented();
    }

    @Override
    public Order confirmReceipt(String orderId, Guard guard) {
        throw Refusals.notImplemented();
    }

    @Override
    public Refund refund(NewRefund wanted, Guard guard) {
        throw Refusals.notImplemented();
    }
}
