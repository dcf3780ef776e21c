package io.ordersaga.order;

import io.ordersaga.kit.Caller;
import io.ordersaga.order.Idempotency.Earlier;
import io.ordersaga.order.v1.CreateOrderRequest;
import java.util.Optional;

/// Prices and makes orders, each named request once. Thread-safe.
final class CreateOrders {
    private static final String METHOD = "CreateOrder";
    private static final int HTTP_CREATED = 201;
    private static final int HTTP_ACCEPTED = 202;

    private final Pricing pricing;
    private final PlaceOrder placeOrder;
    private final OrderTable orders;
    private final Idempotency idempotency;
    private final String currency;

    CreateOrders(Pricing pricing, PlaceOrder placeOrder, OrderTable orders, Idempotency idempotency, String currency) {
        this.pricing = pricing;
        this.placeOrder = placeOrder;
        this.orders = orders;
        this.idempotency = idempotency;
        this.currency = currency;
    }

    Pricing.Offer quote(NewOrder wanted) {
        return pricing.offer(wanted);
    }

    Order submit(NewOrder wanted) {
        return unlessRejected(placeOrder.submit(wanted));
    }

    /// The order as it is after a moment, or as it was told to the same request before; a rejected one is
    /// refused with its reason.
    io.ordersaga.order.v1.Order create(CreateOrderRequest request, Caller caller) {
        String userId = caller.actingFor(request.getUserId());
        if (request.hasExpectedTotal()
                && !request.getExpectedTotal().getCurrencyCode().equals(currency)) {
            throw Refusals.DOMAIN.invalidField("expected_total.currency_code", "orders are in " + currency);
        }
        NewOrder wanted = OrderProtos.newOrder(request, userId);
        Optional<RequestKey> named = RequestKey.of(userId, METHOD, request.getRequestId(), request.toByteArray());
        if (named.isEmpty()) {
            return OrderMessages.order(
                    unlessRejected(placeOrder.create(wanted, Optional.empty()).orElseThrow()));
        }
        RequestKey key = named.get();
        Optional<Earlier> earlier = idempotency.earlier(key);
        if (earlier.isPresent()) {
            return repeat(key, earlier.get());
        }
        Optional<Order> created = placeOrder.create(wanted, named);
        if (created.isPresent()) {
            return told(key, created.get());
        }
        // The same request was faster, between the two looks.
        return repeat(key, idempotency.earlier(key).orElseThrow(() -> Refusals.requestInProgress(key.requestId())));
    }

    private io.ordersaga.order.v1.Order repeat(RequestKey key, Earlier earlier) {
        if (earlier.response().isPresent() && earlier.httpCode() != 0) {
            return Idempotency.parse(
                    io.ordersaga.order.v1.Order.parser(), earlier.response().get());
        }
        Order order = orders.find(earlier.subjectId())
                .orElseThrow(() -> new IllegalStateException("order " + earlier.subjectId() + " is gone"));
        return told(key, order);
    }

    /// Keeps the answer, then gives it.
    private io.ordersaga.order.v1.Order told(RequestKey key, Order order) {
        if (order.rejection().isPresent()) {
            if (order.rejection().get().reason().equals(Refusals.PLACEMENT_UNAVAILABLE)) {
                idempotency.release(key, order.orderId());
            } else {
                // A rejected order stays as it is, and so does what is told about it.
                idempotency.finishByRow(key, order.orderId());
            }
        }
        io.ordersaga.order.v1.Order answer = OrderMessages.order(unlessRejected(order));
        idempotency.finish(
                key, order.orderId(), answer, order.state() == OrderState.PLACING ? HTTP_ACCEPTED : HTTP_CREATED);
        return answer;
    }

    private static Order unlessRejected(Order order) {
        if (order.rejection().isPresent()) {
            throw Refusals.rejected(order, order.rejection().get());
        }
        return order;
    }
}
