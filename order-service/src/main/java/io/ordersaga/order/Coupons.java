package io.ordersaga.order;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.GetCouponRequest;
import java.time.Duration;

/// What coupons are worth, read from coupon-service. Whether one may be used (state, validity, minimum spend) is judged
/// by coupon-service's Lock, in its own transaction.
final class Coupons {
    private final CouponServiceGrpc.CouponServiceBlockingStub coupons;
    private final Duration deadline;
    private final String currency;

    Coupons(Channel coupons, OrderConfig config) {
        this.coupons = CouponServiceGrpc.newBlockingStub(coupons);
        this.deadline = config.lookupDeadline();
        this.currency = config.currency();
    }

    /// What the coupon takes off an order of the user, in minor units. Refuses a coupon that does not exist or belongs
    /// to someone else; when coupon-service does not answer, the order cannot be priced.
    long valueFor(String couponId, String userId) {
        Coupon coupon = get(couponId);
        if (!coupon.getUserId().equals(userId)) {
            throw Refusals.couponNotOwned(couponId);
        }
        if (!coupon.getValue().getCurrencyCode().equals(currency)) {
            throw Refusals.currencyMismatch(
                    "coupon " + couponId, coupon.getValue().getCurrencyCode(), currency);
        }
        return coupon.getValue().getAmountMinor();
    }

    private Coupon get(String couponId) {
        try {
            return coupons.withDeadlineAfter(deadline)
                    .getCoupon(
                            GetCouponRequest.newBuilder().setCouponId(couponId).build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                throw Refusals.couponNotFound(couponId);
            }
            throw e;
        }
    }
}
