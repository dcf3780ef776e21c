package io.ordersaga.coupon;

/// What an order wants of a coupon.
///
/// @param discountMinor what the order was priced with, in the minor unit of `discountCurrency`
record CouponUse(
        String couponId, String orderId, String userId, Basket basket, long discountMinor, String discountCurrency) {}
