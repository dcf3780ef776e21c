package io.ordersaga.coupon;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.GetCouponRequest;
import java.util.Map;
import org.springframework.grpc.server.service.GrpcService;

/// What anyone may ask about coupons.
@GrpcService
class CouponEndpoint extends CouponServiceGrpc.CouponServiceImplBase {
    private final CouponTable table;

    CouponEndpoint(CouponTable table) {
        this.table = table;
    }

    @Override
    public void getCoupon(GetCouponRequest request, StreamObserver<io.ordersaga.coupon.v1.Coupon> observer) {
        Coupon coupon = table.coupon(request.getCouponId())
                .orElseThrow(() -> CouponServiceApp.DOMAIN.refusal(
                        Status.Code.NOT_FOUND,
                        "COUPON_NOT_FOUND",
                        "no coupon " + request.getCouponId(),
                        Map.of("coupon_id", request.getCouponId())));
        observer.onNext(CouponProtos.toProto(coupon));
        observer.onCompleted();
    }
}
