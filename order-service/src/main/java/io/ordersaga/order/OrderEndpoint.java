package io.ordersaga.order;

import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.Caller;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.GetOrderRequest;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.order.v1.SubmitOrderRequest;
import io.ordersaga.order.v1.SubmitOrderResponse;

/// The public service: parse, call the use case, answer.
final class OrderEndpoint extends OrderServiceGrpc.OrderServiceImplBase {
    private static final String ORDERS_PATH = "/api/v1/orders/";

    private final PlaceOrder placeOrder;
    private final OrderTable orders;
    private final String currency;

    OrderEndpoint(PlaceOrder placeOrder, OrderTable orders, String currency) {
        this.placeOrder = placeOrder;
        this.orders = orders;
        this.currency = currency;
    }

    @Override
    public void submitOrder(SubmitOrderRequest request, StreamObserver<SubmitOrderResponse> answer) {
        Order order = accepted(placeOrder.submit(OrderProtos.newOrder(request)));
        answer.onNext(
                SubmitOrderResponse.newBuilder().setOrderId(order.orderId()).build());
        answer.onCompleted();
    }

    @Override
    public void createOrder(CreateOrderRequest request, StreamObserver<io.ordersaga.order.v1.Order> answer) {
        if (request.hasExpectedTotal()
                && !request.getExpectedTotal().getCurrencyCode().equals(currency)) {
            throw Refusals.DOMAIN.invalidField("expected_total.currency_code", "orders are in " + currency);
        }
        Order order = accepted(placeOrder.create(OrderProtos.newOrder(request, Caller.current().actingFor(request.getUserId()))));
        ResponseHeaders.add(ResponseHeaders.HTTP_CODE, order.state() == OrderState.PLACING ? "202" : "201");
        ResponseHeaders.add(ResponseHeaders.LOCATION, ORDERS_PATH + order.orderId());
        answer.onNext(OrderMessages.order(order));
        answer.onCompleted();
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<io.ordersaga.order.v1.Order> answer) {
        Order order = orders.find(request.getOrderId()).orElseThrow(() -> Refusals.orderNotFound(request.getOrderId()));
        answer.onNext(OrderMessages.order(order));
        answer.onCompleted();
    }

    private static Order accepted(Order order) {
        if (order.rejection().isPresent()) {
            throw Refusals.rejected(order, order.rejection().get());
        }
        return order;
    }
}
