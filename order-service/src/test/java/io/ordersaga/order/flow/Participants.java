package io.ordersaga.order.flow;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ordersaga.coupon.v1.CouponReturnRequest;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.pay.v1.RefundPaymentRequest;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.RestockRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Stock-, coupon- and pay-service as far as the sagas call them, with their rows as maps. Thread-safe.
final class Participants {
    enum Payment {
        PENDING,
        PAID,
        CLOSED
    }

    /// By order.
    final Map<String, Payment> payments = new ConcurrentHashMap<>();

    /// What was paid back, by order, in minor units.
    final Map<String, AtomicLong> refunded = new ConcurrentHashMap<>();

    /// Calls that changed something, such as `Release A`.
    final List<String> effects = Collections.synchronizedList(new ArrayList<>());

    volatile boolean declineRefunds;

    /// The provider captures the money; false when the payment is closed.
    boolean capture(String orderId) {
        return payments.compute(orderId, (id, payment) -> payment == Payment.CLOSED ? Payment.CLOSED : Payment.PAID)
                == Payment.PAID;
    }

    void call(String method, ByteString payload) {
        try {
            switch (method) {
                case "PayBranches/Close" ->
                    close(PaymentRequest.parseFrom(payload).getOrderId());
                case "PayBranches/Refund" -> refund(RefundPaymentRequest.parseFrom(payload));
                case "StockBranches/Release" ->
                    effects.add(
                            "Release " + ReservationRequest.parseFrom(payload).getOrderId());
                case "StockBranches/Restock" -> restock(RestockRequest.parseFrom(payload));
                case "CouponBranches/Return" ->
                    effects.add(
                            "Return " + CouponReturnRequest.parseFrom(payload).getOrderId());
                default -> effects.add(method);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    long refundedMinor(String orderId) {
        return refunded.getOrDefault(orderId, new AtomicLong()).get();
    }

    private void close(String orderId) {
        if (payments.compute(orderId, (id, payment) -> payment == Payment.PAID ? Payment.PAID : Payment.CLOSED)
                == Payment.PAID) {
            throw new BranchRefusedException(
                    "pay.ordersaga", "PAYMENT_ALREADY_PAID", "the payment is made", Map.of("order_id", orderId));
        }
    }

    private void refund(RefundPaymentRequest request) {
        if (declineRefunds) {
            throw new BranchRefusedException(
                    "pay.ordersaga", "PAYMENT_REFUND_DECLINED", "the provider says no", Map.of());
        }
        refunded.computeIfAbsent(request.getOrderId(), id -> new AtomicLong())
                .addAndGet(request.getAmount().getAmountMinor());
    }

    private void restock(RestockRequest request) {
        StringBuilder effect = new StringBuilder("Restock " + request.getOrderId());
        request.getLinesList()
                .forEach(line -> effect.append(' ')
                        .append(line.getProductId())
                        .append('x')
                        .append(line.getQuantity()));
        effects.add(effect.toString());
    }
}
