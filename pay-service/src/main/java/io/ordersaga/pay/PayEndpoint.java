package io.ordersaga.pay;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.Caller;
import io.ordersaga.pay.v1.GetOrderPaymentRequest;
import io.ordersaga.pay.v1.GetPaymentRefundRequest;
import io.ordersaga.pay.v1.GetPaymentRequest;
import io.ordersaga.pay.v1.ListPaymentRefundsRequest;
import io.ordersaga.pay.v1.ListPaymentRefundsResponse;
import io.ordersaga.pay.v1.ListPaymentsRequest;
import io.ordersaga.pay.v1.ListPaymentsResponse;
import io.ordersaga.pay.v1.PayServiceGrpc;
import io.ordersaga.pay.v1.PaymentRefund;
import io.ordersaga.pay.v1.StartPaymentRequest;
import io.ordersaga.pay.v1.StartPaymentResponse;
import java.util.List;
import java.util.Optional;

/// What customers and staff may ask about payments, and how customers begin to pay.
final class PayEndpoint extends PayServiceGrpc.PayServiceImplBase {
    private static final int PAGE_SIZE = 20;
    private static final int PAGE_SIZE_MAX = 100;

    private final PayTable table;
    private final StartPayment startPayment;

    PayEndpoint(PayTable table, StartPayment startPayment) {
        this.table = table;
        this.startPayment = startPayment;
    }

    @Override
    public void getPayment(GetPaymentRequest request, StreamObserver<io.ordersaga.pay.v1.Payment> observer) {
        observer.onNext(whole(payment(request.getPaymentId())));
        observer.onCompleted();
    }

    @Override
    public void getOrderPayment(GetOrderPaymentRequest request, StreamObserver<io.ordersaga.pay.v1.Payment> observer) {
        String orderId = request.getOrderId();
        observer.onNext(whole(table.paymentOfOrderFor(whose(), orderId)
                .orElseThrow(() -> Refusals.paymentNotFound("order_id", orderId))));
        observer.onCompleted();
    }

    @Override
    public void listPayments(ListPaymentsRequest request, StreamObserver<ListPaymentsResponse> observer) {
        int size = request.getPageSize() == 0 ? PAGE_SIZE : Math.min(request.getPageSize(), PAGE_SIZE_MAX);
        PaymentFilter filter = PaymentFilter.parse(request.getFilter(), whose());
        PaymentFilter page = filter.after(request.getPageToken());
        // One more than asked for says whether there is another page.
        List<Payment> found = table.list(page.conditions(), page, size + 1);
        ListPaymentsResponse.Builder response = ListPaymentsResponse.newBuilder();
        found.stream().limit(size).forEach(payment -> response.addPayments(PayProtos.toProto(payment, List.of())));
        if (found.size() > size) {
            response.setNextPageToken(filter.token(found.get(size - 1)));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void startPayment(StartPaymentRequest request, StreamObserver<StartPaymentResponse> observer) {
        Payment payment = startPayment.start(payment(request.getPaymentId()));
        observer.onNext(StartPaymentResponse.newBuilder()
                .setPayment(whole(payment))
                .setRedirectUrl(payment.redirectUrl())
                .setClientSecret(payment.clientSecret())
                .build());
        observer.onCompleted();
    }

    @Override
    public void listPaymentRefunds(
            ListPaymentRefundsRequest request, StreamObserver<ListPaymentRefundsResponse> observer) {
        String paymentId = payment(request.getPaymentId()).paymentId();
        observer.onNext(ListPaymentRefundsResponse.newBuilder()
                .addAllRefunds(table.refunds(paymentId).stream()
                        .map(PayProtos::toProto)
                        .toList())
                .build());
        observer.onCompleted();
    }

    @Override
    public void getPaymentRefund(GetPaymentRefundRequest request, StreamObserver<PaymentRefund> observer) {
        String paymentId = payment(request.getPaymentId()).paymentId();
        Optional<Refund> refund = table.refund(request.getRefundId())
                .filter(found -> found.paymentId().equals(paymentId));
        observer.onNext(PayProtos.toProto(refund.orElseThrow(() -> Refusals.refundNotFound(request.getRefundId()))));
        observer.onCompleted();
    }

    private Payment payment(String paymentId) {
        return table.paymentFor(whose(), paymentId)
                .orElseThrow(() -> Refusals.paymentNotFound("payment_id", paymentId));
    }

    private io.ordersaga.pay.v1.Payment whole(Payment payment) {
        return PayProtos.toProto(payment, table.attempts(payment.paymentId()));
    }

    /// Whose payments the caller sees: their own, or for staff everyone's, which is the empty user.
    private static String whose() {
        Caller caller = Caller.current();
        return caller.staff() ? "" : caller.requireUser();
    }
}
