package io.ordersaga.pay;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.PaymentResponse;
import org.springframework.grpc.server.service.GrpcService;

/// What the coordinator calls: the payment's step of placing an order.
@GrpcService
class PayBranches extends PayBranchesGrpc.PayBranchesImplBase {
    private final BranchTransactions transactions;

    PayBranches(BranchTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void create(PaymentRequest request, StreamObserver<PaymentResponse> observer) {
        transactions.run(
                PayTable.class, (table, branch) -> Payments.open(table, branch.gid(), PayProtos.payment(request)));
        observer.onNext(PaymentResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void close(PaymentRequest request, StreamObserver<PaymentResponse> observer) {
        transactions.run(PayTable.class, (table, branch) -> Payments.close(table, request.getOrderId()));
        observer.onNext(PaymentResponse.getDefaultInstance());
        observer.onCompleted();
    }
}
