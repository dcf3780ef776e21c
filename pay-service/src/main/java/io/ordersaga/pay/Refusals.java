package io.ordersaga.pay;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.client.BranchRefusedException;
import java.util.Map;

/// Every "no" of this service.
public final class Refusals {
    static final ErrorDomain DOMAIN = new ErrorDomain("pay.ordersaga");

    private Refusals() {}

    static RefusalException paymentNotFound(String field, String id) {
        return DOMAIN.refusal(
                Status.Code.NOT_FOUND,
                "PAYMENT_NOT_FOUND",
                field.equals("order_id") ? "no payment of order " + id : "no payment " + id,
                Map.of(field, id));
    }

    static RefusalException refundNotFound(String refundId) {
        return DOMAIN.refusal(
                Status.Code.NOT_FOUND, "REFUND_NOT_FOUND", "no refund " + refundId, Map.of("refund_id", refundId));
    }

    /// @param reason such as `PAYMENT_EXPIRED`
    static RefusalException cannotBePaid(Payment payment, String reason, String message) {
        return DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                reason,
                message,
                Map.of(
                        "payment_id",
                        payment.paymentId(),
                        "order_id",
                        payment.orderId(),
                        "state",
                        payment.state().name()));
    }

    public static RefusalException providerNotFound(String provider) {
        return DOMAIN.refusal(
                Status.Code.NOT_FOUND, "PROVIDER_NOT_FOUND", "no provider " + provider, Map.of("provider", provider));
    }

    public static RefusalException webhookNotGenuine(String reason, String message) {
        return DOMAIN.refusal(Status.Code.UNAUTHENTICATED, reason, message, Map.of());
    }

    public static RefusalException webhookNotOurs(String reason, String message) {
        return DOMAIN.refusal(Status.Code.INVALID_ARGUMENT, reason, message, Map.of());
    }

    /// The provider gave no answer that says how things stand.
    static com.google.rpc.Status providerUnavailable() {
        return com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.UNAVAILABLE.value())
                .setMessage("the payment provider does not answer")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason("PROVIDER_UNAVAILABLE")
                        .setDomain(DOMAIN.name())
                        .build()))
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(1))
                        .build()))
                .build();
    }

    /// To the coordinator: not yet, ask again.
    static RefusalException undecided(String reason, String message, String orderId) {
        return DOMAIN.refusal(Status.Code.FAILED_PRECONDITION, reason, message, Map.of("order_id", orderId));
    }

    /// To the coordinator: the saga is to be rolled back.
    static BranchRefusedException branch(String reason, String message, Map<String, String> metadata) {
        return new BranchRefusedException(DOMAIN.name(), reason, message, metadata);
    }
}
