package io.ordersaga.order;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.ordersaga.coupon.v1.CouponLine;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.kit.Caller;
import io.ordersaga.order.v1.CancelOrderRequest;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.CreateRefundRequest;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.OrderUpdate;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.order.v1.QuoteOrderRequest;
import io.ordersaga.order.v1.SubmitOrderRequest;
import io.ordersaga.order.v1.UpdateOrderRequest;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.type.v1.Money;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Between messages and records: what comes in, and the payloads of the placement's steps. What goes out is
/// in [OrderMessages]. Pure.
public final class OrderProtos {
    /// `ErrorInfo.domain` of the coordinator itself.
    private static final String COORDINATOR = "saga.ordersaga";

    /// Pieces of one product in one order.
    private static final int QUANTITY_MAX = 9_999;

    private static final Set<String> UPDATABLE = Set.of("address", "note");

    private OrderProtos() {}

    static NewOrder newOrder(SubmitOrderRequest request) {
        return new NewOrder(
                Long.toUnsignedString(request.getUserID()),
                List.of(new NewOrder.Line(Long.toUnsignedString(request.getProductID()), request.getProductCount())),
                request.getCouponID() == 0
                        ? Optional.empty()
                        : Optional.of(Long.toUnsignedString(request.getCouponID())),
                OptionalLong.of(Integer.toUnsignedLong(request.getAmount())));
    }

    /// @param userId whom the order is for
    static NewOrder newOrder(CreateOrderRequest request, String userId) {
        return new NewOrder(
                userId,
                lines(request.getLinesList()),
                request.getCouponId().isEmpty() ? Optional.empty() : Optional.of(request.getCouponId()),
                request.hasExpectedTotal()
                        ? OptionalLong.of(request.getExpectedTotal().getAmountMinor())
                        : OptionalLong.empty(),
                new Delivery(
                        request.hasAddress() ? Optional.of(address(request.getAddress())) : Optional.empty(),
                        request.getNote(),
                        Optional.empty()));
    }

    /// @param userId whom the order would be for
    static NewOrder newOrder(QuoteOrderRequest request, String userId) {
        return new NewOrder(
                userId,
                lines(request.getLinesList()),
                request.getCouponId().isEmpty() ? Optional.empty() : Optional.of(request.getCouponId()),
                OptionalLong.empty());
    }

    /// One line of each product, where it was first named.
    private static List<NewOrder.Line> lines(List<NewOrderLine> wanted) {
        Map<String, Integer> quantities = new LinkedHashMap<>();
        for (NewOrderLine line : wanted) {
            if (quantities.merge(line.getProductId(), line.getQuantity(), Integer::sum) > QUANTITY_MAX) {
                throw Refusals.DOMAIN.invalidField(
                        "lines", "more than " + QUANTITY_MAX + " pieces of product " + line.getProductId());
            }
        }
        return quantities.entrySet().stream()
                .map(line -> new NewOrder.Line(line.getKey(), line.getValue()))
                .toList();
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    /// What an update changes; absent is what stays.
    record Update(Optional<Address> address, Optional<String> note) {}

    /// @throws io.ordersaga.kit.RefusalException INVALID_ARGUMENT about a field that cannot be changed
    static Update update(UpdateOrderRequest request) {
        OrderUpdate values = request.getOrder();
        boolean address = values.hasAddress();
        boolean note = !values.getNote().isEmpty();
        if (request.hasUpdateMask()) {
            Set<String> paths = Set.copyOf(request.getUpdateMask().getPathsList());
            paths.stream().filter(path -> !UPDATABLE.contains(path)).findFirst().ifPresent(path -> {
                throw Refusals.DOMAIN.invalidField("update_mask", "'" + path + "' cannot be changed");
            });
            if (paths.contains("address") && !address) {
                throw Refusals.DOMAIN.invalidField("order.address", "is to be changed, but not given");
            }
            address = paths.contains("address");
            note = paths.contains("note");
        }
        if (!address && !note) {
            throw Refusals.DOMAIN.invalidField("order", "nothing is to be changed");
        }
        return new Update(
                address ? Optional.of(address(values.getAddress())) : Optional.empty(),
                note ? Optional.of(values.getNote()) : Optional.empty());
    }

    /// Customers cancel as customers, whatever they say.
    static CancelReason cancelReason(CancelOrderRequest request, Caller caller) {
        return switch (request.getReason()) {
            case STAFF -> caller.staff() ? CancelReason.STAFF : CancelReason.USER;
            case FRAUD -> caller.staff() ? CancelReason.FRAUD : CancelReason.USER;
            case CANCEL_REASON_UNSPECIFIED, USER, PAYMENT_TIMEOUT, UNRECOGNIZED -> CancelReason.USER;
        };
    }

    static Tracking tracking(io.ordersaga.order.v1.Tracking tracking) {
        return new Tracking(tracking.getCarrier(), tracking.getNumber());
    }

    static Lifecycle.NewRefund newRefund(CreateRefundRequest request, String refundId) {
        return new Lifecycle.NewRefund(
                refundId,
                request.getOrderId(),
                request.hasAmount() ? OptionalLong.of(request.getAmount().getAmountMinor()) : OptionalLong.empty(),
                request.hasAmount() ? Optional.of(request.getAmount().getCurrencyCode()) : Optional.empty(),
                request.getLinesList().stream()
                        .map(line -> new Refund.Line(line.getProductId(), line.getQuantity()))
                        .toList(),
                request.getRestock(),
                request.getReason());
    }

    static Address address(io.ordersaga.order.v1.Address address) {
        return new Address(
                address.getRecipient(),
                address.getPhone(),
                address.getCountryCode(),
                address.getRegion(),
                address.getCity(),
                address.getStreet(),
                address.getPostalCode());
    }

    static Catalogue.Product product(io.ordersaga.stock.v1.Product product) {
        return new Catalogue.Product(
                product.getProductId(),
                product.getUnitPrice().getCurrencyCode(),
                product.getUnitPrice().getAmountMinor(),
                product.getActive(),
                product.getAvailable());
    }

    /// Payload of this service's own steps.
    public static PlacementRequest placement(Order order) {
        return PlacementRequest.newBuilder().setOrderId(order.orderId()).build();
    }

    /// Payload of the stock step.
    public static ReservationRequest reservation(Order order) {
        ReservationRequest.Builder request = ReservationRequest.newBuilder().setOrderId(order.orderId());
        for (OrderLine line : order.lines()) {
            request.addLines(ReservationLine.newBuilder()
                    .setProductId(line.productId())
                    .setQuantity(line.quantity())
                    .setUnitPrice(money(order.price(), line.unitPriceMinor())));
        }
        return request.build();
    }

    /// Payload of the coupon step.
    public static CouponLockRequest couponLock(Order order, String couponId) {
        return CouponLockRequest.newBuilder()
                .setCouponId(couponId)
                .setOrderId(order.orderId())
                .setUserId(order.userId())
                .setOrderTotal(money(order.price(), order.price().totalMinor()))
                .setDiscount(money(order.price(), order.price().discountMinor()))
                .addAllLines(order.lines().stream()
                        .map(line -> couponLine(order.price().currency(), line))
                        .toList())
                .build();
    }

    /// What a coupon has to know of a line.
    static CouponLine couponLine(String currency, OrderLine line) {
        return CouponLine.newBuilder()
                .setProductId(line.productId())
                .setAmount(money(currency, line.totalMinor()))
                .build();
    }

    /// Payload of the payment step.
    public static PaymentRequest payment(Order order) {
        PaymentRequest.Builder payment = paymentWithoutExpiry(order).toBuilder();
        order.progress().expireTime().map(OrderMessages::time).ifPresent(payment::setExpireTime);
        return payment.build();
    }

    /// Payload of the payment step as `place/1` had it.
    static PaymentRequest paymentWithoutExpiry(Order order) {
        return PaymentRequest.newBuilder()
                .setOrderId(order.orderId())
                .setUserId(order.userId())
                .setAmount(money(order.price(), order.price().payableMinor()))
                .build();
    }

    /// Why a saga was rolled back, from the status of the step that refused. What only the coordinator says
    /// about it tells nothing about the order.
    public static Rejection rejection(Optional<Status> refusal) {
        return refusal.flatMap(status -> errorInfo(status)
                        .map(info -> new Rejection(
                                info.getDomain(), info.getReason(), status.getMessage(), info.getMetadataMap())))
                .orElseGet(() -> new Rejection(
                        Refusals.DOMAIN.name(),
                        Refusals.SAGA_ROLLED_BACK,
                        "the order could not be placed and was undone",
                        Map.of()));
    }

    private static Optional<ErrorInfo> errorInfo(Status status) {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return Optional.of(detail.unpack(ErrorInfo.class))
                            .filter(info -> !info.getReason().isEmpty()
                                    && !info.getDomain().equals(COORDINATOR));
                } catch (InvalidProtocolBufferException e) {
                    // What a participant garbled must not keep its saga from being undone.
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    static Money money(Price price, long amountMinor) {
        return money(price.currency(), amountMinor);
    }

    public static Money money(String currency, long amountMinor) {
        return Money.newBuilder()
                .setCurrencyCode(currency)
                .setAmountMinor(amountMinor)
                .build();
    }
}
