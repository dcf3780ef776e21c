package io.ordersaga.order;

import io.ordersaga.kit.Caller;
import io.ordersaga.kit.IdempotentRequest;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.Undertaking;
import io.ordersaga.order.v1.CreateOrderRequest;

/// Prices and makes orders, each named request once. Thread-safe.
final class CreateOrders {
    private final Pricing pricing;
    private final PlaceOrder placeOrder;
    private final IdempotentRequests requests;
    private final OrderIds ids;
    private final String currency;

    CreateOrders(Pricing pricing, PlaceOrder placeOrder, IdempotentRequests requests, OrderIds ids, String currency) {
        this.pricing = pricing;
        this.placeOrder = placeOrder;
        this.requests = requests;
        this.ids = ids;
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
        var named = new IdempotentRequest<>(
                userId, request.getRequestId(), request, io.ordersaga.order.v1.Order.getDefaultInstance());
        return requests.run(named, ids.next(), new Undertaking<>() {
            @Override
            public Runnable prepare(String orderId) {
                Order order = placeOrder.priced(orderId, wanted);
                return () -> placeOrder.store(order);
            }

            @Override
            public io.ordersaga.order.v1.Order finish(String orderId) {
                return OrderMessages.order(unlessRejected(placeOrder.place(orderId)));
            }
        });
    }

    /// A rejected order stays as it is, and so does what is told about it; but whoever could not place one because
    /// the coordinator was down may try again.
    private static Order unlessRejected(Order order) {
        if (order.rejection().isPresent()) {
            RefusalException refusal =
                    Refusals.rejected(order, order.rejection().get());
            throw refusal.reason().equals(Refusals.PLACEMENT_UNAVAILABLE) ? refusal : refusal.lasting();
        }
        return order;
    }
}
