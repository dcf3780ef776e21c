package io.ordersaga.coupon;

import io.grpc.stub.StreamObserver;
import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponLockResponse;
import io.ordersaga.kit.BranchTransactions;
import org.springframework.grpc.server.service.GrpcService;

/// What the coordinator calls: the coupon's step of placing an order.
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
}
