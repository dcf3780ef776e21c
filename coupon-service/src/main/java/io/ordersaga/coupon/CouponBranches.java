package io.ordersaga.coupon;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponLockResponse;
import io.ordersaga.coupon.v1.CouponReturnRequest;
import io.ordersaga.coupon.v1.CouponReturnResponse;
import io.ordersaga.coupon.v1.OrderCouponRequest;
import io.ordersaga.coupon.v1.OrderCouponResponse;
import io.ordersaga.kit.BranchTransactions;
import org.springframework.grpc.server.service.GrpcService;

/// What the coordinator calls: the coupon's steps of placing, paying, cancelling and refunding an order.
@GrpcService
class CouponBranches extends CouponBranchesGrpc.CouponBranchesImplBase {
    private final BranchTransactions transactions;

    CouponBranches(BranchTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void lock(CouponLockRequest request, StreamObserver<CouponLockResponse> observer) {
        transactions.run(
                CouponTable.class, (table, branch) -> CouponLocks.lock(table, branch.gid(), CouponProtos.use(request)));
        observer.onNext(CouponLockResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void unlock(CouponLockRequest request, StreamObserver<CouponLockResponse> observer) {
        transactions.run(
                CouponTable.class,
                (table, branch) -> CouponLocks.unlock(table, request.getCouponId(), request.getOrderId()));
        observer.onNext(CouponLockResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void consume(OrderCouponRequest request, StreamObserver<OrderCouponResponse> observer) {
        transactions.run(CouponTable.class, (table, branch) -> CouponLocks.consume(table, request.getOrderId()));
        observer.onNext(OrderCouponResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void return_(CouponReturnRequest request, StreamObserver<CouponReturnResponse> observer) {
        transactions.run(
                CouponTable.class,
                (table, branch) -> CouponLocks.giveBack(table, request.getOrderId(), request.getRefundId()));
        observer.onNext(CouponReturnResponse.getDefaultInstance());
        observer.onCompleted();
    }
}
