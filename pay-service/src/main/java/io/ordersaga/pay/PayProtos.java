package io.ordersaga.pay;

import com.google.protobuf.Timestamp;
import io.ordersaga.pay.v1.PaymentRefund;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.RefundPaymentRequest;
import io.ordersaga.type.v1.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Between the contract and our records.
final class PayProtos {
    private PayProtos() {}

    static io.ordersaga.pay.v1.Payment toProto(Payment payment, List<PaymentAttempt> attempts) {
        io.ordersaga.pay.v1.Payment.Builder message = io.ordersaga.pay.v1.Payment.newBuilder()
                .setPaymentId(payment.paymentId())
                .setOrderId(payment.orderId())
                .setUserId(payment.userId())
                .setAmount(money(payment.currency(), payment.amountMinor()))
                .setState(toProto(payment.state()))
                .setCreateTime(timestamp(payment.createTime()))
                .setUpdateTime(timestamp(payment.updateTime()))
                .setExpireTime(timestamp(payment.expireTime()))
                .setProvider(payment.provider())
                .setRefundedAmount(money(payment.currency(), payment.refundedMinor()))
                .addAllAttempts(attempts.stream().map(PayProtos::toProto).toList())
                .setEtag(Long.toString(payment.version()));
        payment.paidTime().ifPresent(time -> message.setPaidTime(timestamp(time)));
        return message.build();
    }

    static PaymentRefund toProto(Refund refund) {
        return PaymentRefund.newBuilder()
                .setRefundId(refund.refundId())
                .setPaymentId(refund.paymentId())
                .setAmount(money(refund.currency(), refund.amountMinor()))
                .setState(
                        switch (refund.state()) {
                            case PENDING -> PaymentRefund.State.PENDING;
                            case SUCCEEDED -> PaymentRefund.State.SUCCEEDED;
                            case FAILED -> PaymentRefund.State.FAILED;
                        })
                .setReason(refund.reason())
                .setFailure(refund.failure())
                .setCreateTime(timestamp(refund.createTime()))
                .setUpdateTime(timestamp(refund.updateTime()))
                .build();
    }

    static NewPayment payment(PaymentRequest request) {
        return new NewPayment(
                request.getOrderId(),
                request.getUserId(),
                request.getAmount().getCurrencyCode(),
                request.getAmount().getAmountMinor(),
                request.hasExpireTime()
                        ? Optional.of(Instant.ofEpochSecond(
                                request.getExpireTime().getSeconds(),
                                request.getExpireTime().getNanos()))
                        : Optional.empty());
    }

    static RefundPayment.Wanted refund(RefundPaymentRequest request) {
        return new RefundPayment.Wanted(
                request.getOrderId(),
                request.getRefundId(),
                request.getAmount().getCurrencyCode(),
                request.getAmount().getAmountMinor(),
                request.getReason());
    }

    private static io.ordersaga.pay.v1.PaymentAttempt toProto(PaymentAttempt attempt) {
        return io.ordersaga.pay.v1.PaymentAttempt.newBuilder()
                .setNumber(attempt.number())
                .setState(
                        switch (attempt.state()) {
                            case OPEN -> io.ordersaga.pay.v1.PaymentAttempt.State.OPEN;
                            case SUCCEEDED -> io.ordersaga.pay.v1.PaymentAttempt.State.SUCCEEDED;
                            case FAILED -> io.ordersaga.pay.v1.PaymentAttempt.State.FAILED;
                            case CANCELED -> io.ordersaga.pay.v1.PaymentAttempt.State.CANCELED;
                        })
                .setFailure(attempt.failure())
                .setCreateTime(timestamp(attempt.createTime()))
                .setUpdateTime(timestamp(attempt.updateTime()))
                .build();
    }

    private static io.ordersaga.pay.v1.Payment.State toProto(PaymentState state) {
        return switch (state) {
            case PENDING -> io.ordersaga.pay.v1.Payment.State.PENDING;
            case CLOSED -> io.ordersaga.pay.v1.Payment.State.CLOSED;
            case PROCESSING -> io.ordersaga.pay.v1.Payment.State.PROCESSING;
            case PAID -> io.ordersaga.pay.v1.Payment.State.PAID;
            case PARTIALLY_REFUNDED -> io.ordersaga.pay.v1.Payment.State.PARTIALLY_REFUNDED;
            case REFUNDED -> io.ordersaga.pay.v1.Payment.State.REFUNDED;
        };
    }

    private static Money money(String currency, long minor) {
        return Money.newBuilder()
                .setCurrencyCode(currency)
                .setAmountMinor(minor)
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
