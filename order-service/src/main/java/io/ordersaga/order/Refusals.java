package io.ordersaga.order;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The ways in which this service says no, all in one place. What a client could have known before is
/// FAILED_PRECONDITION, also when the product or coupon is unknown: NOT_FOUND is kept for the order asked
/// for.
public final class Refusals {
    public static final ErrorDomain DOMAIN = new ErrorDomain("order.ordersaga");

    public static final String ORDER_NOT_FOUND = "ORDER_NOT_FOUND";
    public static final String ORDER_STATE_CONFLICT = "ORDER_STATE_CONFLICT";
    public static final String ORDER_TOO_LARGE = "ORDER_TOO_LARGE";
    public static final String PRICE_CHANGED = "PRICE_CHANGED";
    public static final String PRODUCT_NOT_FOUND = "PRODUCT_NOT_FOUND";
    public static final String PRODUCT_INACTIVE = "PRODUCT_INACTIVE";
    public static final String CURRENCY_MISMATCH = "CURRENCY_MISMATCH";
    public static final String COUPON_NOT_FOUND = "COUPON_NOT_FOUND";
    public static final String COUPON_NOT_OWNED = "COUPON_NOT_OWNED";
    public static final String PRICE_UNAVAILABLE = "PRICE_UNAVAILABLE";
    public static final String PLACEMENT_UNAVAILABLE = "PLACEMENT_UNAVAILABLE";
    public static final String SAGA_ROLLED_BACK = "SAGA_ROLLED_BACK";

    public static final String ETAG_MISMATCH = "ETAG_MISMATCH";
    public static final String REFUND_NOT_FOUND = "REFUND_NOT_FOUND";

    /// When a client may try again; clients add their own back-off.
    private static final Duration RETRY_AFTER =
            Duration.newBuilder().setSeconds(1).build();

    private Refusals() {}

    public static RefusalException orderNotFound(String orderId) {
        return DOMAIN.refusal(
                Status.Code.NOT_FOUND, ORDER_NOT_FOUND, "there is no order " + orderId, Map.of("order_id", orderId));
    }

    /// Why a change that looked at owner, version and state did not happen.
    ///
    /// @param order as it is now, for the caller; absent when there is none
    public static RefusalException unchanged(String orderId, Optional<Order> order, Guard guard) {
        if (order.isEmpty()) {
            return orderNotFound(orderId);
        }
        Order now = order.get();
        if (guard.version().isPresent() && guard.version().getAsLong() != now.version()) {
            return etagMismatch(now);
        }
        return stateConflict(now);
    }

    public static RefusalException etagMismatch(Order order) {
        return DOMAIN.refusal(
                Status.Code.ABORTED,
                ETAG_MISMATCH,
                "order " + order.orderId() + " has changed in the meantime",
                Map.of("order_id", order.orderId(), "etag", order.etag()));
    }

    public static RefusalException stateConflict(Order order) {
        return precondition(
                ORDER_STATE_CONFLICT,
                "order " + order.orderId() + " is " + order.state(),
                Map.of("order_id", order.orderId(), "state", order.state().name()));
    }

    public static RefusalException refundNotFound(String refundId) {
        return DOMAIN.refusal(
                Status.Code.NOT_FOUND,
                REFUND_NOT_FOUND,
                "there is no refund " + refundId,
                Map.of("refund_id", refundId));
    }

    public static RefusalException productNotFound(String productId) {
        return precondition(PRODUCT_NOT_FOUND, "there is no product " + productId, Map.of("product_id", productId));
    }

    public static RefusalException productInactive(String productId) {
        return precondition(
                PRODUCT_INACTIVE, "product " + productId + " is not for sale", Map.of("product_id", productId));
    }

    public static RefusalException currencyMismatch(String what, String currency, String expected) {
        return precondition(
                CURRENCY_MISMATCH,
                what + " is in " + currency + ", orders are in " + expected,
                Map.of("currency", currency, "expected", expected));
    }

    /// @param expected the gross total that the client saw, in minor units like `actual`
    static RefusalException priceChanged(NewOrder wanted, long expected, long actual) {
        Map<String, String> metadata = priceMetadata(wanted, expected);
        metadata.put("actual", Long.toString(actual));
        return precondition(PRICE_CHANGED, "the total is " + actual + ", not " + expected, metadata);
    }

    /// Refuses a total that no unit price makes, when the right one is not known.
    static RefusalException notAPrice(NewOrder wanted, long expected) {
        return precondition(
                PRICE_CHANGED,
                "no unit price makes a total of " + expected + " for this quantity",
                priceMetadata(wanted, expected));
    }

    public static RefusalException orderTooLarge() {
        return precondition(
                ORDER_TOO_LARGE,
                "the total is larger than an order can be",
                Map.of("limit", Long.toString(Price.AMOUNT_MINOR_MAX)));
    }

    public static RefusalException couponNotFound(String couponId) {
        return precondition(COUPON_NOT_FOUND, "there is no coupon " + couponId, Map.of("coupon_id", couponId));
    }

    public static RefusalException couponNotOwned(String couponId) {
        return precondition(
                COUPON_NOT_OWNED, "coupon " + couponId + " is not this user's", Map.of("coupon_id", couponId));
    }

    public static RefusalException priceUnavailable() {
        return unavailable(PRICE_UNAVAILABLE, "the prices cannot be read now", Map.of());
    }

    public static RefusalException placementUnavailable(String orderId) {
        return unavailable(
                PLACEMENT_UNAVAILABLE, "orders cannot be placed now; this one was not", Map.of("order_id", orderId));
    }

    /// What the caller of a rejected order gets to hear: the reason as it was given, and which order it
    /// was.
    public static RefusalException rejected(Order order, Rejection rejection) {
        if (rejection.reason().equals(PLACEMENT_UNAVAILABLE)) {
            return placementUnavailable(order.orderId());
        }
        Map<String, String> metadata = new HashMap<>(rejection.metadata());
        metadata.put("order_id", order.orderId());
        return new RefusalException(
                Status.Code.FAILED_PRECONDITION, rejection.domain(), rejection.reason(), rejection.message(), metadata);
    }

    private static RefusalException precondition(String reason, String message, Map<String, String> metadata) {
        return DOMAIN.refusal(Status.Code.FAILED_PRECONDITION, reason, message, metadata);
    }

    private static RefusalException unavailable(String reason, String message, Map<String, String> metadata) {
        return DOMAIN.refusal(Status.Code.UNAVAILABLE, reason, message, metadata)
                .with(RetryInfo.newBuilder().setRetryDelay(RETRY_AFTER).build());
    }

    private static Map<String, String> priceMetadata(NewOrder wanted, long expected) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("expected", Long.toString(expected));
        if (wanted.lines().size() == 1) {
            metadata.put("product_id", wanted.lines().getFirst().productId());
        }
        return metadata;
    }
}
