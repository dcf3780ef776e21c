package io.ordersaga.order.flow;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.Rejection;
import io.ordersaga.saga.client.BranchRefusedException;
import java.util.HashMap;
import java.util.Map;

/// The ways in which the flow of orders says no, to clients and to the coordinator.
final class FlowRefusals {
    static final String PAYMENT_ALREADY_PAID = "PAYMENT_ALREADY_PAID";
    static final String REFUND_EXCEEDS_PAID = "REFUND_EXCEEDS_PAID";
    static final String TOO_MANY_REFUNDS = "TOO_MANY_REFUNDS";
    static final String NOT_YET = "NOT_YET";
    static final String CANCELLATION_NOT_FOUND = "CANCELLATION_NOT_FOUND";

    /// When a client may try again; clients add their own back-off.
    private static final RetryInfo RETRY_SOON = RetryInfo.newBuilder()
            .setRetryDelay(Duration.newBuilder().setSeconds(1))
            .build();

    private FlowRefusals() {}

    /// The order is in a state in which this cannot be done, and which passes by itself.
    static RefusalException conflictForNow(String orderId, OrderState state) {
        return Refusals.DOMAIN
                .refusal(
                        Status.Code.ABORTED,
                        Refusals.ORDER_STATE_CONFLICT,
                        "order " + orderId + " is " + state + " at the moment",
                        Map.of("order_id", orderId, "state", state.name()))
                .with(RETRY_SOON);
    }

    static RefusalException alreadyPaid(String orderId, OrderState state) {
        return Refusals.DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                PAYMENT_ALREADY_PAID,
                "order " + orderId + " is paid; it can be refunded",
                Map.of("order_id", orderId, "state", state.name()));
    }

    /// @param amountMinor what was asked for, in minor units like `leftMinor`
    static RefusalException exceedsPaid(String orderId, long amountMinor, long leftMinor) {
        return Refusals.DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                REFUND_EXCEEDS_PAID,
                leftMinor == 0
                        ? "nothing is left to be refunded of order " + orderId
                        : "order " + orderId + " has " + leftMinor + " left to be refunded, not " + amountMinor,
                Map.of(
                        "order_id", orderId,
                        "amount", Long.toString(amountMinor),
                        "refundable", Long.toString(leftMinor)));
    }

    static RefusalException exceedsLine(String orderId, Refund.Line wanted, int left) {
        return Refusals.DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                REFUND_EXCEEDS_PAID,
                "order " + orderId + " has " + left + " pieces of product " + wanted.productId()
                        + " left to be refunded, not " + wanted.quantity(),
                Map.of(
                        "order_id", orderId,
                        "product_id", wanted.productId(),
                        "quantity", Integer.toString(wanted.quantity()),
                        "refundable", Integer.toString(left)));
    }

    static RefusalException tooManyRefunds(String orderId, int max) {
        return Refusals.DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                TOO_MANY_REFUNDS,
                "order " + orderId + " has " + max + " refunds already",
                Map.of("order_id", orderId, "limit", Integer.toString(max)));
    }

    /// What the caller hears whose cancellation or refund failed: the reason as it was given, and of what.
    static RefusalException failed(Rejection failure, String key, String id) {
        Map<String, String> metadata = new HashMap<>(failure.metadata());
        metadata.put(key, id);
        Status.Code code = failure.reason().equals(Refusals.ORDER_STATE_CONFLICT)
                ? Status.Code.ABORTED
                : Status.Code.FAILED_PRECONDITION;
        return new RefusalException(code, failure.domain(), failure.reason(), failure.message(), metadata);
    }

    /// Tells the coordinator to ask again.
    static RefusalException notYet(String orderId, OrderState state) {
        return Refusals.DOMAIN.refusal(
                Status.Code.FAILED_PRECONDITION,
                NOT_YET,
                "order " + orderId + " is " + state,
                Map.of("order_id", orderId, "state", state.name()));
    }

    /// Why a step found the order in a state in which it cannot be done.
    static Rejection stateConflict(String orderId, OrderState state) {
        return new Rejection(
                Refusals.DOMAIN.name(),
                Refusals.ORDER_STATE_CONFLICT,
                "order " + orderId + " is " + state,
                Map.of("order_id", orderId, "state", state.name()));
    }

    /// Why a cancellation found the order paid.
    static Rejection alreadyPaidMeanwhile(String orderId, OrderState state) {
        return new Rejection(
                Refusals.DOMAIN.name(),
                PAYMENT_ALREADY_PAID,
                "order " + orderId + " was paid in the meantime; it can be refunded",
                Map.of("order_id", orderId, "state", state.name()));
    }

    static BranchRefusedException branch(Rejection reason) {
        return new BranchRefusedException(reason.domain(), reason.reason(), reason.message(), reason.metadata());
    }

    static BranchRefusedException branchOrderNotFound(String orderId) {
        return new BranchRefusedException(
                Refusals.DOMAIN.name(),
                Refusals.ORDER_NOT_FOUND,
                "there is no order " + orderId,
                Map.of("order_id", orderId));
    }

    static BranchRefusedException branchNotFound(String reason, String key, String id) {
        return new BranchRefusedException(Refusals.DOMAIN.name(), reason, "there is no " + id, Map.of(key, id));
    }
}
