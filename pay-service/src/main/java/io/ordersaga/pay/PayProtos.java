package io.ordersaga.pay;

import com.google.protobuf.Timestamp;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.type.v1.Money;
import java.time.Instant;

/// Between the contract and our records.
final class PayProtos {
    private PayProtos() {}

    static io.ordersaga.pay.v1.Payment toProto(Payment payment) {
        return io.ordersaga.pay.v1.Payment.newBuilder()
                .setPaymentId(payment.paymentId())
                .setOrderId(payment.orderId())
                .setUserId(payment.userId())
                .setAmount(
                        Money.newBuilder().setCurrencyCode(payment.currency()).setAmountMinor(payment.amount()))
                .setState(toProto(payment.state()))
                .setCreateTime(timestamp(payment.createdAt()))
                .setUpdateTime(timestamp(payment.updatedAt()))
                .build();
    }

    static NewPayment payment(PaymentRequest request) {
        return new NewPayment(
                request.getOrderId(),
                request.getUserId(),
                request.getAmount().getCurrencyCode(),
                request.getAmount().getAmountMinor());
    }

    private static io.ordersaga.pay.v1.Payment.State toProto(PaymentState state) {
        return switch (state) {
            case PENDING -> io.ordersaga.pay.v1.Payment.State.PENDING;
            case CLOSED -> io.ordersaga.pay.v1.Payment.State.CLOSED;
        };
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
