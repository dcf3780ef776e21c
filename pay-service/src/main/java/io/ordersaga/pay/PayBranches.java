package io.ordersaga.pay;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.BranchTransactions;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.PaymentResponse;
import io.ordersaga.pay.v1.RefundPaymentRequest;
import io.ordersaga.pay.v1.RefundPaymentResponse;
import java.util.Map;

/// What the coordinator calls: the payment's steps of placing, cancelling and refunding an order. The
/// provider is asked outside of the branch's transaction, which must not wait for it.
final class PayBranches extends PayBranchesGrpc.PayBranchesImplBase {
    private static final String COMPENSATE = "compensate";

    private final BranchTransactions transactions;
    private final Payments payments;
    private final ClosePayment closePayment;
    private final RefundPayment refundPayment;

    PayBranches(
            BranchTransactions transactions,
            Payments payments,
            ClosePayment closePayment,
            RefundPayment refundPayment) {
        this.transactions = transactions;
        this.payments = payments;
        this.closePayment = closePayment;
        this.refundPayment = refundPayment;
    }

    @Override
    public void create(PaymentRequest request, StreamObserver<PaymentResponse> observer) {
        transactions.run(
                PayTable.class, (table, branch) -> payments.open(table, branch.gid(), PayProtos.payment(request)));
        observer.onNext(PaymentResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void close(PaymentRequest request, StreamObserver<PaymentResponse> observer) {
        boolean closedByProvider = closePayment.atProvider(request.getOrderId());
        transactions.run(
                PayTable.class,
                (table, branch) -> payments.close(
                        table,
                        request.getOrderId(),
                        closedByProvider,
                        branch.op().equals(COMPENSATE)));
        observer.onNext(PaymentResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void refund(RefundPaymentRequest request, StreamObserver<RefundPaymentResponse> observer) {
        Refund refund = refundPayment.refund(PayProtos.refund(request));
        switch (refund.state()) {
            // The books have it already; the barrier remembers the branch beside them.
            case SUCCEEDED -> transactions.run(PayTable.class, (_, _) -> {});
            case PENDING ->
                throw Refusals.undecided("REFUND_PENDING", "the provider has not decided yet", request.getOrderId());
            case FAILED ->
                throw Refusals.branch(
                        "PAYMENT_REFUND_DECLINED",
                        "the provider refused the refund",
                        Map.of(
                                "order_id", request.getOrderId(),
                                "refund_id", refund.refundId(),
                                "failure", refund.failure()));
        }
        observer.onNext(RefundPaymentResponse.getDefaultInstance());
        observer.onCompleted();
    }
}
