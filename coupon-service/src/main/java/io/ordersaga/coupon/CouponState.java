package io.ordersaga.coupon;

/// UNUSED -> LOCKED -> UNUSED, as often as orders come and go; LOCKED -> USED when one is paid, and back
/// when it is refunded. An UNUSED one can become EXPIRED, and one that no order has VOID.
public enum CouponState {
    UNUSED,
    /// Held by one order.
    LOCKED,
    /// Used up by one order.
    USED,
    /// Its time is over. An UNUSED coupon whose time is over is treated the same before anyone wrote it
    /// down.
    EXPIRED,
    /// Taken back by staff.
    VOID
}
