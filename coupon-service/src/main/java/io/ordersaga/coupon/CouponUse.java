package io.ordersaga.coupon;

/// What an order wants of a coupon.
///
/// @param orderTotal gross, in the minor unit of `currency`
/// @param discount what the order was priced with, in the minor unit of `discountCurrency`
public record CouponUse(
        String couponId,
        String orderId,
        String userId,
        long orderTotal,
        String currency,
        long discount,
        String discountCurrency) {}
