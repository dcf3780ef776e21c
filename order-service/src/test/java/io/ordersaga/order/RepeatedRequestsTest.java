package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.order.v1.CancelOrderRequest;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.Order;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.order.v1.OrderUpdate;
import io.ordersaga.order.v1.UpdateOrderRequest;
import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import io.ordersaga.testkit.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/// Requests with a `request_id`, over the wire, with a scripted coordinator: product 1 costs 1100.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatedRequestsTest {
    private static final int CONFIRM_ATTEMPTS = 10;
    private static final Metadata.Key<String> REPLAYED =
            Metadata.Key.of("idempotent-replayed", Metadata.ASCII_STRING_MARSHALLER);

    private final TestDatabase database;
    private final FakeShop shop = new FakeShop();
    private RunningService service;
    private OrderTable table;

    RepeatedRequestsTest(TestDatabase database) {
        this.database = database;
    }

    /// The program, on a machine whose clock is two hours fast.
    @Import(OrderServiceApp.class)
    static class FastClock {
        @Bean
        @Primary
        InstantSource wrongClock() {
            return Clock.offset(Clock.tickMillis(ZoneOffset.UTC), Duration.ofHours(2));
        }
    }

    /// @param order absent when refused
    /// @param refusal absent when answered
    private record Told(@Nullable Order order, @Nullable Answer refusal, boolean replayed) {
        Order orderOf() {
            return Objects.requireNonNull(order, () -> "refused: " + refusal);
        }

        Answer refusalOf() {
            return Objects.requireNonNull(refusal, "answered, not refused");
        }
    }

    @BeforeAll
    void start() {
        service = RunningService.start(FastClock.class, OrderEndpointTest.settings(database, shop));
        table = service.bean(OrderTable.class);
    }

    @AfterAll
    void stop() {
        service.close();
        shop.close();
    }

    @BeforeEach
    void usual() {
        database.update("DELETE FROM idempotency_record");
        shop.product("1", 1100).coupon("7", "42", 1000);
        shop.coordinator(this::confirm);
    }

    private byte[] confirm(Call call) {
        String gid = FakeShop.parse(DtmRequest.getDefaultInstance(), call).getGid();
        for (int attempt = 1; ; attempt++) {
            try {
                table.confirm(gid.substring("place-".length()), Orders.NOW);
                return new byte[0];
            } catch (ConnectionException busy) {
                // All connections wait for this very order; a coordinator would come again, too.
                if (attempt == CONFIRM_ATTEMPTS) {
                    throw busy;
                }
            }
        }
    }

    /// Half an hour by the clock that will judge it, whatever the program's own says.
    @Test
    void timeToPayIsCountedByTheDatabasesClock() throws Exception {
        Instant before = table.databaseTime();
        Order order = create("k0", 1).orderOf();
        Instant after = table.databaseTime();
        assertThat(Instant.ofEpochSecond(
                        order.getExpireTime().getSeconds(),
                        order.getExpireTime().getNanos()))
                .isBetween(before.plus(Duration.ofMinutes(30)), after.plus(Duration.ofMinutes(30)));
        DtmRequest saga = FakeShop.parse(
                DtmRequest.getDefaultInstance(), shop.calls(FakeShop.SUBMIT).getLast());
        assertThat(PaymentRequest.parseFrom(saga.getBinPayloads(2)).getExpireTime())
                .isEqualTo(order.getExpireTime());
    }

    @Test
    void sameRequestIsAnsweredTheSameToTheByteAlsoWhenTheOrderHasChanged() {
        Told first = create("k1", 1);
        table.change(
                OrderChange.of(first.orderOf().getOrderId(), OrderEvent.Type.PAID, OrderState.PAID)
                        .paid("p", Orders.NOW),
                Orders.NOW);
        Told again = create("k1", 1);
        assertThat(again.orderOf().toByteArray()).isEqualTo(first.orderOf().toByteArray());
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
    }

    @Test
    void anotherRequestOfTheSameNameIsRefusedAndAnotherUsersIsNot() {
        create("k2", 1).orderOf();
        Answer refusal = create("k2", 2).refusalOf();
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        Told other = call(request("k2", 2).toBuilder().setUserId("43").build());
        assertThat(other.orderOf().getUserId()).isEqualTo("43");
        assertThat(other.replayed()).isFalse();
    }

    @Test
    void manyAtOnceMakeOneOrder() throws Exception {
        int before = countOrders();
        List<Future<Told>> calls;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            calls = threads.invokeAll(Collections.nCopies(50, () -> create("k3", 1)));
        }
        List<Told> told = new ArrayList<>();
        for (Future<Told> call : calls) {
            told.add(call.get());
        }
        assertThat(countOrders()).isEqualTo(before + 1);
        List<Order> answers = told.stream()
                .filter(answer -> answer.order() != null)
                .map(Told::orderOf)
                .toList();
        assertThat(answers).isNotEmpty().allSatisfy(order -> assertThat(order).isEqualTo(answers.getFirst()));
        assertThat(told.stream().filter(answer -> answer.order() != null && !answer.replayed()))
                .hasSize(1);
        assertThat(told.stream().filter(answer -> answer.order() == null)).allSatisfy(answer -> {
            assertThat(answer.refusalOf().code()).isEqualTo(Status.Code.ABORTED);
            assertThat(answer.refusalOf().errorInfo().getReason()).isEqualTo("IDEMPOTENCY_IN_PROGRESS");
            assertThat(answer.refusalOf().retryInfo().getRetryDelay().getSeconds())
                    .isPositive();
        });
        assertThat(create("k3", 1).orderOf()).isEqualTo(answers.getFirst());
    }

    @Test
    void rejectionIsRepeatedWithItsReason() {
        shop.coordinator(call -> {
            String gid = FakeShop.parse(DtmRequest.getDefaultInstance(), call).getGid();
            table.reject(gid.substring("place-".length()), Orders.OUT_OF_STOCK, Orders.NOW);
            throw Status.ABORTED.withDescription("FAILURE").asException();
        });
        Answer first = create("k4", 1).refusalOf();
        shop.coordinator(this::confirm);
        Told again = create("k4", 1);
        assertThat(first.errorInfo().getReason()).isEqualTo("OUT_OF_STOCK");
        assertThat(again.refusalOf().rpcStatus()).isEqualTo(first.rpcStatus());
    }

    @Test
    void whatWasNeverPlacedMayBeTriedAgain() {
        shop.coordinator(call -> {
            throw Status.UNAVAILABLE.asException();
        });
        assertThat(create("k5", 1).refusalOf().code()).isEqualTo(Status.Code.UNAVAILABLE);
        shop.coordinator(this::confirm);
        Told again = create("k5", 1);
        assertThat(again.orderOf().getState()).isEqualTo(Order.State.AWAITING_PAYMENT);
        assertThat(again.replayed()).isFalse();
    }

    @Test
    void requestThatIsRefusedBeforeItDoesAnythingKeepsNothing() {
        shop.product("1", 900);
        CreateOrderRequest request = request("k6", 1).toBuilder()
                .setExpectedTotal(io.ordersaga.type.v1.Money.newBuilder()
                        .setCurrencyCode("CNY")
                        .setAmountMinor(1100))
                .build();
        assertThat(call(request).refusalOf().errorInfo().getReason()).isEqualTo("PRICE_CHANGED");
        shop.product("1", 1100);
        assertThat(call(request).orderOf().getTotal().getAmountMinor()).isEqualTo(1100);
    }

    /// As after a crash between the order's transaction and the answer.
    @Test
    void unansweredRequestIsTakenOverWhenItsLeaseIsOver() {
        String orderId = create("k7", 1).orderOf().getOrderId();
        database.update("UPDATE idempotency_record SET response = NULL, http_code = 0");
        assertThat(create("k7", 1).refusalOf().errorInfo().getReason()).isEqualTo("IDEMPOTENCY_IN_PROGRESS");
        database.update("UPDATE idempotency_record SET lease_time = '2020-01-01 00:00:00'");
        Told again = create("k7", 1);
        assertThat(again.orderOf().getOrderId()).isEqualTo(orderId);
        assertThat(again.replayed()).isFalse();
        assertThat(create("k7", 1).replayed()).isTrue();
    }

    @Test
    void changesAreRepeatedToo() {
        String orderId = create("k8", 1).orderOf().getOrderId();
        UpdateOrderRequest request = UpdateOrderRequest.newBuilder()
                .setOrderId(orderId)
                .setOrder(OrderUpdate.newBuilder().setNote("ring twice"))
                .setEtag("2")
                .setRequestId("k8")
                .build();
        Told first = update(request);
        Told again = update(request);
        assertThat(again.orderOf().toByteArray()).isEqualTo(first.orderOf().toByteArray());
        assertThat(again.replayed()).isTrue();
        // A refused one is not kept.
        UpdateOrderRequest stale = request.toBuilder().setRequestId("k9").build();
        assertThat(update(stale).refusalOf().errorInfo().getReason()).isEqualTo("ETAG_MISMATCH");
        assertThat(database.rows("SELECT request_id FROM idempotency_record ORDER BY method"))
                .containsExactly("k8", "k8");
    }

    /// The wish is there as soon as the name is, whatever becomes of it; as after a crash before the answer.
    @Test
    void cancellationIsWishedForOnceAndGoneOnWithByWhoeverRepeatsIt() {
        String orderId = create("k12", 1).orderOf().getOrderId();
        shop.coordinator(call -> {
            throw Status.UNAVAILABLE.asException();
        });
        CancelOrderRequest request = CancelOrderRequest.newBuilder()
                .setOrderId(orderId)
                .setRequestId("k12")
                .build();
        Told first = cancel(request);
        assertThat(first.orderOf().getState()).isEqualTo(Order.State.AWAITING_PAYMENT);
        assertThat(cancel(request).replayed()).isTrue();
        database.update("UPDATE idempotency_record SET response = NULL, lease_time = '2020-01-01 00:00:00'");
        assertThat(cancel(request).orderOf()).isEqualTo(first.orderOf());
        assertThat(database.rows("SELECT order_id FROM order_cancellation")).containsExactly(orderId);
    }

    @Test
    void purgeForgetsWhatWasKeptLongEnough() {
        create("k10", 1).orderOf();
        create("k11", 1).orderOf();
        database.update("UPDATE idempotency_record SET expire_time = '2020-01-01 00:00:00' WHERE request_id = 'k10'");
        service.bean(IdempotentRequests.class).purge();
        assertThat(database.rows("SELECT request_id FROM idempotency_record")).containsExactly("k11");
    }

    private int countOrders() {
        return Integer.parseInt(database.rows("SELECT COUNT(*) FROM orders").getFirst());
    }

    private static CreateOrderRequest request(String requestId, int quantity) {
        return CreateOrderRequest.newBuilder()
                .setUserId("42")
                .addLines(NewOrderLine.newBuilder().setProductId("1").setQuantity(quantity))
                .setRequestId(requestId)
                .build();
    }

    private Told create(String requestId, int quantity) {
        return call(request(requestId, quantity));
    }

    private Told call(CreateOrderRequest request) {
        return tell(stub -> stub.createOrder(request));
    }

    private Told update(UpdateOrderRequest request) {
        return tell(stub -> stub.updateOrder(request));
    }

    private Told cancel(CancelOrderRequest request) {
        return tell(stub -> stub.cancelOrder(request));
    }

    private Told tell(java.util.function.Function<OrderServiceGrpc.OrderServiceBlockingStub, Order> call) {
        HeaderCapture headers = new HeaderCapture();
        try {
            Order order = call.apply(
                    OrderServiceGrpc.newBlockingStub(service.channel()).withInterceptors(headers));
            return new Told(order, null, headers.replayed);
        } catch (StatusRuntimeException e) {
            return new Told(null, Answer.of(e), headers.replayed);
        }
    }

    /// Of one call.
    private static final class HeaderCapture implements ClientInterceptor {
        private volatile boolean replayed;

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    super.start(
                            new SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onHeaders(Metadata answered) {
                                    replayed = "true".equals(answered.get(REPLAYED));
                                    super.onHeaders(answered);
                                }
                            },
                            headers);
                }
            };
        }
    }
}
