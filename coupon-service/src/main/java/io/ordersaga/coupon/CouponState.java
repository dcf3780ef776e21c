package io.ordersaga.coupon;

/// UNUSED -> LOCKED -> UNUSED, as often as orders come and go.
public enum CouponState {
    UNUSED,
    /// Held by one order.
    LOCKED
}
