package io.ordersaga.pay;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.pay.v1.GetOrderPaymentRequest;
import io.ordersaga.pay.v1.GetPaymentRequest;
import io.ordersaga.pay.v1.PayServiceGrpc;
import java.util.Map;
import org.springframework.grpc.server.service.GrpcService;

/// What anyone may ask about payments.
@GrpcService
class PayEndpoint extends PayServiceGrpc.PayServiceImplBase {
    private final PayTable table;

    PayEndpoint(PayTable table) {
        this.table = table;
    }

    @Override
    public void getPayment(GetPaymentRequest request, StreamObserver<io.ordersaga.pay.v1.Payment> observer) {
        String paymentId = request.getPaymentId();
        Payment payment = table.payment(paymentId)
                .orElseThrow(() -> notFound("no payment " + paymentId, Map.of("payment_id", paymentId)));
        observer.onNext(PayProtos.toProto(payment));
        observer.onCompleted();
    }

    @Override
    public void getOrderPayment(GetOrderPaymentRequest request, StreamObserver<io.ordersaga.pay.v1.Payment> observer) {
        String orderId = request.getOrderId();
        Payment payment = table.paymentOfOrder(orderId)
                .orElseThrow(() -> notFound("no payment of order " + orderId, Map.of("order_id", orderId)));
        observer.onNext(PayProtos.toProto(payment));
        observer.onCompleted();
    }

    private static RefusalException notFound(String message, Map<String, String> metadata) {
        return PayServiceApp.DOMAIN.refusal(Status.Code.NOT_FOUND, "PAYMENT_NOT_FOUND", message, metadata);
    }
}
