package io.ordersaga.order;

import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.IdempotentRequest;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.kit.Undertaking;
import io.ordersaga.order.v1.CancelOrderRequest;
import io.ordersaga.order.v1.ConfirmReceiptRequest;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.CreateRefundRequest;
import io.ordersaga.order.v1.DeleteOrderRequest;
import io.ordersaga.order.v1.GetOrderRequest;
import io.ordersaga.order.v1.GetOrderSagaRequest;
import io.ordersaga.order.v1.GetRefundRequest;
import io.ordersaga.order.v1.ListOrderEventsRequest;
import io.ordersaga.order.v1.ListOrderEventsResponse;
import io.ordersaga.order.v1.ListOrdersRequest;
import io.ordersaga.order.v1.ListOrdersResponse;
import io.ordersaga.order.v1.ListRefundsRequest;
import io.ordersaga.order.v1.ListRefundsResponse;
import io.ordersaga.order.v1.Order;
import io.ordersaga.order.v1.OrderSaga;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.order.v1.Quote;
import io.ordersaga.order.v1.QuoteOrderRequest;
import io.ordersaga.order.v1.Refund;
import io.ordersaga.order.v1.ShipOrderRequest;
import io.ordersaga.order.v1.SubmitOrderRequest;
import io.ordersaga.order.v1.SubmitOrderResponse;
import io.ordersaga.order.v1.UpdateOrderRequest;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The public service: parse, call the use case, answer.
final class OrderEndpoint extends OrderServiceGrpc.OrderServiceImplBase {
    private static final String CREATED = "201";
    private static final String ACCEPTED = "202";

    private final CreateOrders createOrders;
    private final ReadOrders readOrders;
    private final ChangeOrders changeOrders;
    private final Lifecycle lifecycle;
    private final IdempotentRequests requests;
    private final OrderIds ids;

    OrderEndpoint(
            CreateOrders createOrders,
            ReadOrders readOrders,
            ChangeOrders changeOrders,
            Lifecycle lifecycle,
            IdempotentRequests requests,
            OrderIds ids) {
        this.createOrders = createOrders;
        this.readOrders = readOrders;
        this.changeOrders = changeOrders;
        this.lifecycle = lifecycle;
        this.requests = requests;
        this.ids = ids;
    }

    @Override
    public void submitOrder(SubmitOrderRequest request, StreamObserver<SubmitOrderResponse> answer) {
        NewOrder wanted = OrderProtos.newOrder(request);
        var _ = Caller.current().actingFor(wanted.userId());
        answer(
                answer,
                SubmitOrderResponse.newBuilder()
                        .setOrderId(createOrders.submit(wanted).orderId())
                        .build());
    }

    @Override
    public void quoteOrder(QuoteOrderRequest request, StreamObserver<Quote> answer) {
        NewOrder wanted = OrderProtos.newOrder(request, Caller.current().actingFor(request.getUserId()));
        answer(answer, OrderMessages.quote(createOrders.quote(wanted)));
    }

    @Override
    public void createOrder(CreateOrderRequest request, StreamObserver<Order> answer) {
        Order order = createOrders.create(request, Caller.current());
        ResponseHeaders.add(ResponseHeaders.HTTP_CODE, order.getState() == Order.State.PLACING ? ACCEPTED : CREATED);
        ResponseHeaders.add(ResponseHeaders.LOCATION, OrderMessages.ORDERS_PATH + order.getOrderId());
        answer(answer, order);
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<Order> answer) {
        answer(
                answer,
                OrderMessages.order(readOrders.get(
                        request.getOrderId(), OrderProtos.duration(request.getWait()), Caller.current())));
    }

    @Override
    public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> answer) {
        ReadOrders.Listed<io.ordersaga.order.Order> listed = readOrders.list(
                request.getPageSize(),
                request.getPageToken(),
                request.getFilter(),
                request.getOrderBy(),
                Caller.current());
        answer(
                answer,
                ListOrdersResponse.newBuilder()
                        .addAllOrders(
                                listed.rows().stream().map(OrderMessages::order).toList())
                        .setNextPageToken(listed.next())
                        .build());
    }

    @Override
    public void updateOrder(UpdateOrderRequest request, StreamObserver<Order> answer) {
        OrderProtos.Update update = OrderProtos.update(request);
        Guard guard = guard(request.getEtag());
        answer(
                answer,
                changeOnce(
                        request.getRequestId(),
                        request,
                        () -> changeOrders.update(request.getOrderId(), update.address(), update.note(), guard)));
    }

    @Override
    public void cancelOrder(CancelOrderRequest request, StreamObserver<Order> answer) {
        Guard guard = guard(request.getEtag());
        CancelReason reason = OrderProtos.cancelReason(request, guard.caller());
        answer(
                answer,
                requests.run(
                        new IdempotentRequest<>(request.getRequestId(), request, Order.getDefaultInstance()),
                        ids.next(),
                        undertaking(
                                _ -> lifecycle.wishToCancel(request.getOrderId(), reason, request.getComment(), guard),
                                _ -> OrderMessages.order(
                                        lifecycle.cancel(request.getOrderId(), reason, request.getComment(), guard)))));
    }

    @Override
    public void shipOrder(ShipOrderRequest request, StreamObserver<Order> answer) {
        Caller.current().requireStaff();
        Tracking tracking = OrderProtos.tracking(request.getTracking());
        Guard guard = guard(request.getEtag());
        answer(
                answer,
                changeOnce(
                        request.getRequestId(), request, () -> lifecycle.ship(request.getOrderId(), tracking, guard)));
    }

    @Override
    public void confirmReceipt(ConfirmReceiptRequest request, StreamObserver<Order> answer) {
        Guard guard = guard(request.getEtag());
        answer(
                answer,
                changeOnce(
                        request.getRequestId(), request, () -> lifecycle.confirmReceipt(request.getOrderId(), guard)));
    }

    @Override
    public void deleteOrder(DeleteOrderRequest request, StreamObserver<Order> answer) {
        answer(answer, OrderMessages.order(changeOrders.delete(request.getOrderId(), guard(request.getEtag()))));
    }

    @Override
    public void createRefund(CreateRefundRequest request, StreamObserver<Refund> answer) {
        Guard guard = guard(request.getEtag());
        Refund refund = requests.run(
                new IdempotentRequest<>(request.getRequestId(), request, Refund.getDefaultInstance()),
                ids.next(),
                undertaking(
                        refundId -> lifecycle.wishToRefund(OrderProtos.newRefund(request, refundId), guard),
                        refundId -> OrderMessages.refund(
                                lifecycle.refund(OrderProtos.newRefund(request, refundId), guard))));
        ResponseHeaders.add(ResponseHeaders.HTTP_CODE, refund.getState() == Refund.State.PENDING ? ACCEPTED : CREATED);
        ResponseHeaders.add(
                ResponseHeaders.LOCATION,
                OrderMessages.ORDERS_PATH + refund.getOrderId() + "/refunds/" + refund.getRefundId());
        answer(answer, refund);
    }

    @Override
    public void getRefund(GetRefundRequest request, StreamObserver<Refund> answer) {
        answer(
                answer,
                OrderMessages.refund(readOrders.refund(request.getOrderId(), request.getRefundId(), Caller.current())));
    }

    @Override
    public void listRefunds(ListRefundsRequest request, StreamObserver<ListRefundsResponse> answer) {
        answer(
                answer,
                ListRefundsResponse.newBuilder()
                        .addAllRefunds(readOrders.refunds(request.getOrderId(), Caller.current()).stream()
                                .map(OrderMessages::refund)
                                .toList())
                        .build());
    }

    @Override
    public void listOrderEvents(ListOrderEventsRequest request, StreamObserver<ListOrderEventsResponse> answer) {
        ReadOrders.Listed<OrderEvent> listed = readOrders.timeline(
                request.getOrderId(), request.getPageSize(), request.getPageToken(), Caller.current());
        answer(
                answer,
                ListOrderEventsResponse.newBuilder()
                        .addAllEvents(
                                listed.rows().stream().map(OrderMessages::event).toList())
                        .setNextPageToken(listed.next())
                        .build());
    }

    @Override
    public void getOrderSaga(GetOrderSagaRequest request, StreamObserver<OrderSaga> answer) {
        answer(
                answer,
                OrderMessages.sagas(request.getOrderId(), readOrders.sagas(request.getOrderId(), Caller.current())));
    }

    /// A change of the order's row alone.
    private Order changeOnce(String requestId, Message request, Supplier<io.ordersaga.order.Order> change) {
        return requests.run(
                new IdempotentRequest<>(requestId, request, Order.getDefaultInstance()),
                OrderTable.class,
                _ -> OrderMessages.order(change.get()));
    }

    /// What a saga carries out.
    ///
    /// @param wish makes the row that says what is wanted
    private static <A extends Message> Undertaking<A> undertaking(Consumer<String> wish, Function<String, A> finish) {
        return new Undertaking<>() {
            @Override
            public Runnable prepare(String subjectId) {
                return () -> wish.accept(subjectId);
            }

            @Override
            public A finish(String subjectId) {
                return finish.apply(subjectId);
            }
        };
    }

    private static Guard guard(String etag) {
        return Guard.of(Caller.current(), etag);
    }

    private static <A> void answer(StreamObserver<A> answer, A message) {
        answer.onNext(message);
        answer.onCompleted();
    }
}
