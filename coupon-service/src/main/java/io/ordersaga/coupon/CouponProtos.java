package io.ordersaga.coupon;

import com.google.protobuf.Timestamp;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.type.v1.Money;
import java.time.Instant;

/// Between the contract and our records.
final class CouponProtos {
    private CouponProtos() {}

    static io.ordersaga.coupon.v1.Coupon toProto(Coupon coupon) {
        io.ordersaga.coupon.v1.Coupon.Builder proto = io.ordersaga.coupon.v1.Coupon.newBuilder()
                .setCouponId(coupon.couponId())
                .setUserId(coupon.userId())
                .setValue(money(coupon.value(), coupon.currency()))
                .setMinSpend(money(coupon.minSpend(), coupon.currency()))
                .setState(toProto(coupon.state()))
                .setValidFrom(timestamp(coupon.validFrom()))
                .setValidUntil(timestamp(coupon.validUntil()));
        String orderId = coupon.orderId();
        if (orderId != null) {
            proto.setOrderId(orderId);
        }
        return proto.build();
    }

    static CouponUse use(CouponLockRequest request) {
        return new CouponUse(
                request.getCouponId(),
                request.getOrderId(),
                request.getUserId(),
                request.getOrderTotal().getAmountMinor(),
                request.getOrderTotal().getCurrencyCode(),
                request.getDiscount().getAmountMinor(),
                request.getDiscount().getCurrencyCode());
    }

    private static io.ordersaga.coupon.v1.Coupon.State toProto(CouponState state) {
        return switch (state) {
            case UNUSED -> io.ordersaga.coupon.v1.Coupon.State.UNUSED;
            case LOCKED -> io.ordersaga.coupon.v1.Coupon.State.LOCKED;
        };
    }

    private static Money money(long amount, String currency) {
        return Money.newBuilder()
                .setCurrencyCode(currency)
                .setAmountMinor(amount)
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
