package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.GetOrderRequest;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.Order.State;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.ordersaga.order.v1.SubmitOrderRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;

/// The whole program over the wire, with a scripted stock, coupon and coordinator: product 1 costs 1100,
/// coupon 7 is user 42's and worth 1000.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderEndpointTest {
    private final TestDatabase database;
    private final FakeShop shop = new FakeShop();
    private final AtomicReference<Metadata> headers = new AtomicReference<>();
    private RunningService service;
    private OrderTable table;
    private OrderServiceBlockingStub orders;

    OrderEndpointTest(TestDatabase database) {
        this.database = database;
    }

    static Map<String, String> settings(TestDatabase database, FakeShop shop) {
        Map<String, String> settings = new HashMap<>(RunningService.settings(database));
        for (String channel : List.of("coordinator", "stock", "coupon")) {
            settings.put("spring.grpc.client.channel." + channel + ".target", "static://127.0.0.1:" + shop.port());
        }
        // Long enough for a cold and busy machine; one test waits until it is over.
        settings.put("ordersaga.order.placement.outcome-wait", "3s");
        settings.put("ordersaga.order.placement.submit-deadline", "8s");
        settings.put("ordersaga.order.lookup-deadline", "8s");
        settings.put("ordersaga.order.sweep.interval", "50ms");
        settings.put("ordersaga.order.catalogue.fresh-for", "1ms");
        return settings;
    }

    @BeforeAll
    void start() {
        service = RunningService.start(OrderServiceApp.class, settings(database, shop));
        table = service.bean(OrderTable.class);
        orders = OrderServiceGrpc.newBlockingStub(service.channel())
                .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
    }

    @AfterAll
    void stop() {
        service.close();
        shop.close();
    }

    @BeforeEach
    void usual() {
        shop.product("1", 1100).product("2", 500).coupon("7", "42", 1000);
        shop.coordinator(call -> new byte[0]);
    }

    @Test
    void submitAnswersAtOnceWithTheIdOfAStoredOrder() {
        String orderId = orders.submitOrder(submit(1100).build()).getOrderId();
        assertThat(orderId).matches("[A-Za-z0-9_-]{26}");
        io.ordersaga.order.v1.Order order = get(orderId);
        assertThat(order.getState()).isEqualTo(State.PLACING);
        assertThat(order.getUserId()).isEqualTo("42");
        assertThat(order.getCouponId()).isEmpty();
        assertThat(order.getLinesList()).singleElement().satisfies(line -> {
            assertThat(line.getProductId()).isEqualTo("1");
            assertThat(line.getQuantity()).isEqualTo(1);
            assertThat(line.getUnitPrice()).isEqualTo(money(1100));
        });
        assertThat(order.getPayable()).isEqualTo(money(1100));
        assertThat(order.hasRejection()).isFalse();
        assertThat(order.getCreateTime().getSeconds()).isPositive();
    }

    @Test
    void largestNumbersOfTheCompatibleRequestAreUnderstood() {
        shop.product("18446744073709551615", 4_294_967_295L);
        String orderId = orders.submitOrder(SubmitOrderRequest.newBuilder()
                        .setUserID(-1)
                        .setProductID(-1)
                        .setAmount(-1)
                        .setProductCount(1)
                        .build())
                .getOrderId();
        assertThat(get(orderId).getUserId()).isEqualTo("18446744073709551615");
        assertThat(get(orderId).getTotal()).isEqualTo(money(4_294_967_295L));
    }

    @Test
    void couponLowersWhatIsToBePaid() {
        io.ordersaga.order.v1.Order order =
                get(orders.submitOrder(submit(1100).setCouponID(7).build()).getOrderId());
        assertThat(order.getCouponId()).isEqualTo("7");
        assertThat(order.getTotal()).isEqualTo(money(1100));
        assertThat(order.getDiscount()).isEqualTo(money(1000));
        assertThat(order.getPayable()).isEqualTo(money(100));
    }

    @Test
    void wrongPriceIsRefusedWithBothTotals() {
        Answer refusal = refusal(() -> orders.submitOrder(submit(1).build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("PRICE_CHANGED");
        assertThat(refusal.errorInfo().getDomain()).isEqualTo("order.ordersaga");
        assertThat(refusal.errorInfo().getMetadataMap())
                .isEqualTo(Map.of("product_id", "1", "expected", "1", "actual", "1100"));
    }

    @Test
    void unreadableCouponIsUnavailable() {
        shop.couponDown();
        Answer refusal =
                refusal(() -> orders.submitOrder(submit(1100).setCouponID(7).build()));
        shop.couponUp();
        assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.retryInfo().getRetryDelay().getSeconds()).isPositive();
        assertThat(refusal.status().getDescription()).doesNotContain("jdbc", "secret");
    }

    @Test
    void submitWithoutCoordinatorIsUnavailableAndTheOrderRejected() {
        shop.coordinator(call -> {
            throw Status.UNAVAILABLE.asException();
        });
        Answer refusal = refusal(() -> orders.submitOrder(submit(1100).build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("PLACEMENT_UNAVAILABLE");
        assertThat(refusal.retryInfo().getRetryDelay().getSeconds()).isPositive();
        io.ordersaga.order.v1.Order order = get(refusal.errorInfo().getMetadataOrThrow("order_id"));
        assertThat(order.getState()).isEqualTo(State.REJECTED);
        assertThat(order.getRejection().getReason()).isEqualTo("PLACEMENT_UNAVAILABLE");
    }

    @Test
    void createdOrderIs201AtItsLocation() {
        shop.coordinator(call -> {
            table.confirm(orderId(call), Orders.NOW);
            return new byte[0];
        });
        io.ordersaga.order.v1.Order order = orders.createOrder(create().build());
        assertThat(order.getState()).isEqualTo(State.AWAITING_PAYMENT);
        assertThat(order.getLinesList()).hasSize(2);
        assertThat(order.getTotal()).isEqualTo(money(2700));
        assertThat(header("x-http-code")).isEqualTo("201");
        assertThat(header("location")).isEqualTo("/api/v1/orders/" + order.getOrderId());
        assertThat(get(order.getOrderId())).isEqualTo(order);
        assertThat(header("x-http-code")).isNull();
    }

    @Test
    void orderThatTakesLongerIs202AtItsLocation() {
        shop.coordinator(shop::silence);
        io.ordersaga.order.v1.Order order = orders.createOrder(create().build());
        assertThat(order.getState()).isEqualTo(State.PLACING);
        assertThat(header("x-http-code")).isEqualTo("202");
        assertThat(header("location")).isEqualTo("/api/v1/orders/" + order.getOrderId());
    }

    @Test
    void rejectedOrderIsRefusedWithTheReasonOfWhoRefused() {
        shop.coordinator(call -> {
            table.reject(orderId(call), Orders.OUT_OF_STOCK, Orders.NOW);
            throw Status.ABORTED.withDescription("FAILURE").asException();
        });
        Answer refusal = refusal(() -> orders.createOrder(create().build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("OUT_OF_STOCK");
        assertThat(refusal.errorInfo().getDomain()).isEqualTo("stock.ordersaga");
        assertThat(refusal.errorInfo().getMetadataMap())
                .containsAllEntriesOf(Orders.OUT_OF_STOCK.metadata())
                .containsKey("order_id");
        io.ordersaga.order.v1.Order order = get(refusal.errorInfo().getMetadataOrThrow("order_id"));
        assertThat(order.getState()).isEqualTo(State.REJECTED);
        assertThat(order.getRejection().getReason()).isEqualTo("OUT_OF_STOCK");
        assertThat(order.getRejection().getMessage()).isEqualTo(Orders.OUT_OF_STOCK.message());
        assertThat(order.getRejection().getMetadataMap()).isEqualTo(Orders.OUT_OF_STOCK.metadata());
    }

    @Test
    void createWithoutCoordinatorIsUnavailable() {
        shop.coordinator(call -> {
            throw Status.UNAVAILABLE.asException();
        });
        Answer refusal = refusal(() -> orders.createOrder(create().build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("PLACEMENT_UNAVAILABLE");
    }

    @Test
    void expectedTotalIsCompared() {
        assertThat(orders.createOrder(create().setExpectedTotal(money(2700)).build())
                        .getTotal())
                .isEqualTo(money(2700));
        Answer refusal = refusal(
                () -> orders.createOrder(create().setExpectedTotal(money(2699)).build()));
        assertThat(refusal.errorInfo().getReason()).isEqualTo("PRICE_CHANGED");
        assertThat(refusal.errorInfo().getMetadataMap()).isEqualTo(Map.of("expected", "2699", "actual", "2700"));
    }

    @Test
    void expectedTotalInAnotherCurrencyIsInvalid() {
        Money euro =
                Money.newBuilder().setCurrencyCode("EUR").setAmountMinor(2700).build();
        Answer refusal =
                refusal(() -> orders.createOrder(create().setExpectedTotal(euro).build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.violatedFields()).containsExactly("expected_total.currency_code");
    }

    @Test
    void unknownOrderIsNotFound() {
        Answer refusal = refusal(() -> get("no-such-order"));
        assertThat(refusal.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("ORDER_NOT_FOUND");
        assertThat(refusal.errorInfo().getMetadataMap()).isEqualTo(Map.of("order_id", "no-such-order"));
    }

    @Test
    void idsAreComparedToTheLetter() {
        String orderId = orders.submitOrder(submit(1100).build()).getOrderId();
        assertThat(refusal(() -> get(orderId.toLowerCase(java.util.Locale.ROOT)))
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void traceOfTheRequestTravelsWithTheSaga() {
        AtomicReference<String> traceParent = new AtomicReference<>();
        shop.coordinator(call -> {
            traceParent.set(FakeShop.parse(DtmRequest.getDefaultInstance(), call)
                    .getTransOptions()
                    .getBranchHeadersOrThrow("traceparent"));
            return new byte[0];
        });
        Metadata trace = new Metadata();
        trace.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), Orders.TRACE_PARENT);
        var _ = orders.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(trace))
                .submitOrder(submit(1100).build());
        assertThat(traceParent.get())
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .isNotEqualTo(Orders.TRACE_PARENT)
                .endsWith("-01");
    }

    @Test
    void overdueOrderIsSweptUp() {
        table.insert(Orders.placing("forgotten"));
        table.markSubmitted(List.of("forgotten"), Instant.EPOCH.plusSeconds(1));
        await().untilAsserted(
                        () -> assertThat(shop.calls(FakeShop.SUBMIT).stream().map(OrderEndpointTest::orderId))
                                .contains("forgotten"));
    }

    @Test
    void sweepsAndReconnectsRegularly() {
        assertThat(service.bean(ScheduledTaskHolder.class).getScheduledTasks().stream()
                        .map(ScheduledTask::getTask)
                        .filter(FixedDelayTask.class::isInstance)
                        .map(task -> ((FixedDelayTask) task).getIntervalDuration()))
                .contains(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    @Test
    void managementPortTellsTheTruth() {
        assertThat(service.manage("/actuator/health/liveness").body()).contains("\"UP\"");
        assertThat(service.manage("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(service.manage("/actuator/prometheus").body()).contains("grpc_server", "hikaricp");
    }

    private io.ordersaga.order.v1.Order get(String orderId) {
        return orders.getOrder(GetOrderRequest.newBuilder().setOrderId(orderId).build());
    }

    private @Nullable String header(String key) {
        return headers.get().get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static String orderId(Call call) {
        return FakeShop.parse(DtmRequest.getDefaultInstance(), call).getGid().substring("place-".length());
    }

    private static SubmitOrderRequest.Builder submit(int amount) {
        return SubmitOrderRequest.newBuilder()
                .setUserID(42)
                .setProductID(1)
                .setAmount(amount)
                .setProductCount(1);
    }

    private static CreateOrderRequest.Builder create() {
        return CreateOrderRequest.newBuilder()
                .setUserId("42")
                .addLines(NewOrderLine.newBuilder().setProductId("1").setQuantity(2))
                .addLines(NewOrderLine.newBuilder().setProductId("2").setQuantity(1));
    }

    private static Money money(long amount) {
        return Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(amount).build();
    }

    private static Answer refusal(Runnable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(thrown).as("refused").isNotNull();
        return Answer.of(thrown);
    }
}
