package io.ordersaga.order;

import com.google.protobuf.Timestamp;
import io.ordersaga.order.v1.Order.CancelReason;
import io.ordersaga.order.v1.Order.FulfillmentState;
import io.ordersaga.order.v1.Order.PaymentState;
import io.ordersaga.order.v1.Order.State;
import io.ordersaga.order.v1.OrderSaga;
import io.ordersaga.order.v1.Quote;
import io.ordersaga.order.v1.QuoteLine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// From records to the messages that answer. Pure.
final class OrderMessages {
    static final String ORDERS_PATH = "/api/v1/orders/";

    private OrderMessages() {}

    static io.ordersaga.order.v1.Order order(Order order) {
        Price price = order.price();
        Progress progress = order.progress();
        io.ordersaga.order.v1.Order.Builder message = io.ordersaga.order.v1.Order.newBuilder()
                .setOrderId(order.orderId())
                .setUserId(order.userId())
                .setState(state(order.state()))
                .setCouponId(order.couponId().orElse(""))
                .setTotal(OrderProtos.money(price, price.totalMinor()))
                .setDiscount(OrderProtos.money(price, price.discountMinor()))
                .setPayable(OrderProtos.money(price, price.payableMinor()))
                .setRefunded(OrderProtos.money(price, progress.refundedMinor()))
                .setCreateTime(time(order.createTime()))
                .setUpdateTime(time(order.updateTime()))
                .setEtag(order.etag())
                .setNote(order.delivery().note())
                .setPaymentId(progress.paymentId().orElse(""))
                .setPaymentState(paymentState(order))
                .setFulfillmentState(fulfillmentState(order));
        for (OrderLine line : order.lines()) {
            message.addLines(io.ordersaga.order.v1.OrderLine.newBuilder()
                    .setProductId(line.productId())
                    .setQuantity(line.quantity())
                    .setUnitPrice(OrderProtos.money(price, line.unitPriceMinor()))
                    .setDiscount(OrderProtos.money(price, line.discountMinor()))
                    .setPayable(OrderProtos.money(price, line.payableMinor()))
                    .setRefundedQuantity(line.refundedQuantity()));
        }
        order.rejection().map(OrderMessages::rejection).ifPresent(message::setRejection);
        order.delivery().address().map(OrderMessages::address).ifPresent(message::setAddress);
        order.delivery().tracking().map(OrderMessages::tracking).ifPresent(message::setTracking);
        progress.paidTime().map(OrderMessages::time).ifPresent(message::setPaidTime);
        progress.shippedTime().map(OrderMessages::time).ifPresent(message::setShippedTime);
        progress.completedTime().map(OrderMessages::time).ifPresent(message::setCompletedTime);
        progress.deleteTime().map(OrderMessages::time).ifPresent(message::setDeleteTime);
        if (order.state() == OrderState.AWAITING_PAYMENT) {
            progress.expireTime().map(OrderMessages::time).ifPresent(message::setExpireTime);
            message.setPaymentUrl(ORDERS_PATH + order.orderId() + "/payment");
        }
        if (order.state() == OrderState.CANCELLING || order.state() == OrderState.CANCELLED) {
            progress.cancelReason()
                    .map(reason -> CancelReason.valueOf(reason.name()))
                    .ifPresent(message::setCancelReason);
        }
        return message.build();
    }

    static State state(OrderState state) {
        return switch (state) {
            case PLACING -> State.PLACING;
            case AWAITING_PAYMENT -> State.AWAITING_PAYMENT;
            case REJECTED -> State.REJECTED;
            case PAID -> State.PAID;
            case SHIPPED -> State.SHIPPED;
            case COMPLETED -> State.COMPLETED;
            case CANCELLING -> State.CANCELLING;
            case CANCELLED -> State.CANCELLED;
            case REFUNDING -> State.REFUNDING;
            case REFUNDED -> State.REFUNDED;
        };
    }

    private static PaymentState paymentState(Order order) {
        return switch (order.state()) {
            case PLACING, REJECTED -> PaymentState.PAYMENT_NONE;
            case AWAITING_PAYMENT, CANCELLING -> PaymentState.PAYMENT_OPEN;
            case CANCELLED -> PaymentState.PAYMENT_CLOSED;
            case PAID, SHIPPED, COMPLETED, REFUNDING ->
                order.progress().refundedMinor() > 0 ? PaymentState.PAYMENT_PARTLY_REFUNDED : PaymentState.PAYMENT_PAID;
            case REFUNDED -> PaymentState.PAYMENT_REFUNDED;
        };
    }

    private static FulfillmentState fulfillmentState(Order order) {
        if (order.progress().completedTime().isPresent()) {
            return FulfillmentState.RECEIVED;
        }
        return order.progress().shippedTime().isPresent() ? FulfillmentState.ON_ITS_WAY : FulfillmentState.UNFULFILLED;
    }

    static io.ordersaga.order.v1.OrderEvent event(OrderEvent event) {
        io.ordersaga.order.v1.OrderEvent.Builder message = io.ordersaga.order.v1.OrderEvent.newBuilder()
                .setSeq(event.seq())
                .setType(io.ordersaga.order.v1.OrderEvent.Type.valueOf(
                        event.type().name()))
                .setActor(event.actor())
                .setToState(state(event.toState()))
                .setGid(event.gid().orElse(""))
                .putAllDetail(event.detail())
                .setEventTime(time(event.eventTime()));
        event.fromState().map(OrderMessages::state).ifPresent(message::setFromState);
        return message.build();
    }

    static Quote quote(Pricing.Offer offer) {
        Price price = offer.quote().price();
        Quote.Builder message = Quote.newBuilder()
                .setTotal(OrderProtos.money(price, price.totalMinor()))
                .setDiscount(OrderProtos.money(price, price.discountMinor()))
                .setPayable(OrderProtos.money(price, price.payableMinor()));
        boolean available = true;
        for (OrderLine line : offer.quote().lines()) {
            QuoteLine.Builder quoted = message.addLinesBuilder()
                    .setProductId(line.productId())
                    .setQuantity(line.quantity())
                    .setUnitPrice(OrderProtos.money(price, line.unitPriceMinor()))
                    .setDiscount(OrderProtos.money(price, line.discountMinor()))
                    .setPayable(OrderProtos.money(price, line.payableMinor()));
            @Nullable Long pieces = offer.available().get(line.productId());
            if (pieces != null) {
                quoted.setAvailable(pieces);
            }
            available &= pieces != null && pieces >= line.quantity();
        }
        offer.couponRefusal()
                .ifPresent(refusal -> message.setCouponRefusal(io.ordersaga.order.v1.Rejection.newBuilder()
                        .setReason(refusal.reason())
                        .setMessage(String.valueOf(refusal.getMessage()))
                        .putAllMetadata(refusal.metadata())));
        return message.setAvailable(available).build();
    }

    static OrderSaga sagas(String orderId, List<SagaRun> runs) {
        OrderSaga.Builder message = OrderSaga.newBuilder().setOrderId(orderId);
        for (SagaRun run : runs) {
            message.addRuns(OrderSaga.Run.newBuilder()
                    .setGid(run.gid())
                    .setDefinition(run.definition())
                    .setStatus(run.status())
                    .addAllBranches(run.branches().stream()
                            .map(branch -> OrderSaga.Branch.newBuilder()
                                    .setBranchId(branch.branchId())
                                    .setOp(branch.op())
                                    .setStatus(branch.status())
                                    .build())
                            .toList())
                    .setLastError(run.lastError()));
        }
        return message.build();
    }

    static io.ordersaga.order.v1.Refund refund(Refund refund) {
        io.ordersaga.order.v1.Refund.Builder message = io.ordersaga.order.v1.Refund.newBuilder()
                .setRefundId(refund.refundId())
                .setOrderId(refund.orderId())
                .setState(io.ordersaga.order.v1.Refund.State.valueOf(
                        refund.state().name()))
                .setAmount(OrderProtos.money(refund.currency(), refund.amountMinor()))
                .setRestock(refund.restock())
                .setReason(refund.reason())
                .setCreateTime(time(refund.createTime()))
                .setUpdateTime(time(refund.updateTime()));
        for (Refund.Line line : refund.lines()) {
            message.addLines(io.ordersaga.order.v1.RefundLine.newBuilder()
                    .setProductId(line.productId())
                    .setQuantity(line.quantity()));
        }
        refund.failure().map(OrderMessages::rejection).ifPresent(message::setFailure);
        return message.build();
    }

    static io.ordersaga.order.v1.Rejection rejection(Rejection rejection) {
        return io.ordersaga.order.v1.Rejection.newBuilder()
                .setReason(rejection.reason())
                .setMessage(rejection.message())
                .putAllMetadata(rejection.metadata())
                .build();
    }

    private static io.ordersaga.order.v1.Address address(Address address) {
        return io.ordersaga.order.v1.Address.newBuilder()
                .setRecipient(address.recipient())
                .setPhone(address.phone())
                .setCountryCode(address.countryCode())
                .setRegion(address.region())
                .setCity(address.city())
                .setStreet(address.street())
                .setPostalCode(address.postalCode())
                .build();
    }

    private static io.ordersaga.order.v1.Tracking tracking(Tracking tracking) {
        return io.ordersaga.order.v1.Tracking.newBuilder()
                .setCarrier(tracking.carrier())
                .setNumber(tracking.number())
                .build();
    }

    static Timestamp time(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
