package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.order.v1.Address;
import io.ordersaga.order.v1.CancelOrderRequest;
import io.ordersaga.order.v1.CreateOrderRequest;
import io.ordersaga.order.v1.GetOrderRequest;
import io.ordersaga.order.v1.ListOrdersRequest;
import io.ordersaga.order.v1.NewOrderLine;
import io.ordersaga.order.v1.Order.CancelReason;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderServiceGrpc;
import io.ordersaga.order.v1.OrderUpdate;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.order.v1.ShipOrderRequest;
import io.ordersaga.order.v1.SubmitOrderRequest;
import io.ordersaga.order.v1.UpdateOrderRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What every rpc answers to requests that the contract forbids: the caller's mistake, the field by its
/// name, and nothing of our inner workings.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvalidRequestsTest {
    private static final String SUBMIT = "ordersaga.order.v1.OrderService/SubmitOrder";
    private static final String CREATE = "ordersaga.order.v1.OrderService/CreateOrder";
    private static final String GET = "ordersaga.order.v1.OrderService/GetOrder";
    private static final String LIST = "ordersaga.order.v1.OrderService/ListOrders";
    private static final String UPDATE = "ordersaga.order.v1.OrderService/UpdateOrder";
    private static final String CANCEL = "ordersaga.order.v1.OrderService/CancelOrder";
    private static final String SHIP = "ordersaga.order.v1.OrderService/ShipOrder";
    private static final String BEGIN = "ordersaga.order.v1.OrderBranches/Begin";
    private static final String REJECT = "ordersaga.order.v1.OrderBranches/Reject";
    private static final String CONFIRM = "ordersaga.order.v1.OrderBranches/Confirm";

    private final TestDatabase database;
    private final FakeShop shop = new FakeShop();
    private RunningService service;

    InvalidRequestsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void start() {
        shop.product("1", 1100);
        service = RunningService.start(OrderServiceApp.class, OrderEndpointTest.settings(database, shop));
    }

    @AfterAll
    void stop() {
        service.close();
        shop.close();
    }

    static Stream<Arguments> invalid() {
        SubmitOrderRequest submit = SubmitOrderRequest.newBuilder()
                .setUserID(42)
                .setProductID(1)
                .setAmount(1100)
                .setProductCount(1)
                .build();
        CreateOrderRequest create = CreateOrderRequest.newBuilder()
                .setUserId("42")
                .addLines(line("1", 1))
                .build();
        return Stream.of(
                of("no user", SUBMIT, submit.toBuilder().clearUserID(), "userID"),
                of("no product", SUBMIT, submit.toBuilder().clearProductID(), "productID"),
                of("no amount", SUBMIT, submit.toBuilder().clearAmount(), "amount"),
                of("no count", SUBMIT, submit.toBuilder().clearProductCount(), "productCount"),
                of("count too big", SUBMIT, submit.toBuilder().setProductCount(10_000), "productCount"),
                of("count beyond int", SUBMIT, submit.toBuilder().setProductCount(-1), "productCount"),
                of("note too long", CREATE, create.toBuilder().setNote("x".repeat(501)), "note"),
                of(
                        "address without city",
                        CREATE,
                        create.toBuilder()
                                .setAddress(Address.newBuilder()
                                        .setRecipient("Ada")
                                        .setCountryCode("GB")
                                        .setStreet("1 High Street")),
                        "address.city"),
                of("request id too long", CREATE, create.toBuilder().setRequestId("k".repeat(256)), "request_id"),
                of("negative page size", LIST, ListOrdersRequest.newBuilder().setPageSize(-1), "page_size"),
                of("foreign page token", LIST, ListOrdersRequest.newBuilder().setPageToken("abc"), "page_token"),
                of("unknown order", LIST, ListOrdersRequest.newBuilder().setOrderBy("total desc"), "order_by"),
                of("unknown field", LIST, ListOrdersRequest.newBuilder().setFilter("total = 1"), "filter"),
                of("injection", LIST, ListOrdersRequest.newBuilder().setFilter("state = \"' OR 1\""), "filter"),
                of(
                        "endless wait",
                        GET,
                        GetOrderRequest.newBuilder()
                                .setOrderId("x")
                                .setWait(Duration.newBuilder().setSeconds(31)),
                        "wait"),
                of("no change", UPDATE, UpdateOrderRequest.newBuilder().setOrderId("x"), "order"),
                of(
                        "change of the total",
                        UPDATE,
                        UpdateOrderRequest.newBuilder()
                                .setOrderId("x")
                                .setOrder(OrderUpdate.newBuilder().setNote("n"))
                                .setUpdateMask(FieldMask.newBuilder().addPaths("total")),
                        "update_mask"),
                of(
                        "time-out by hand",
                        CANCEL,
                        CancelOrderRequest.newBuilder().setOrderId("x").setReason(CancelReason.PAYMENT_TIMEOUT),
                        "reason"),
                of("no tracking", SHIP, ShipOrderRequest.newBuilder().setOrderId("x"), "tracking"),
                of("user with blanks", CREATE, create.toBuilder().setUserId("4 2"), "user_id"),
                of("user too long", CREATE, create.toBuilder().setUserId("4".repeat(65)), "user_id"),
                of("no lines", CREATE, create.toBuilder().clearLines(), "lines"),
                of("51 lines", CREATE, create.toBuilder().clearLines().addAllLines(lines(51)), "lines"),
                of("too much of a product", CREATE, create.toBuilder().addLines(line("1", 9_999)), "lines"),
                of("no product", CREATE, create.toBuilder().setLines(0, line("", 1)), "lines[0].product_id"),
                of("quantity 0", CREATE, create.toBuilder().setLines(0, line("1", 0)), "lines[0].quantity"),
                of("quantity -1", CREATE, create.toBuilder().setLines(0, line("1", -1)), "lines[0].quantity"),
                of("quantity 10000", CREATE, create.toBuilder().setLines(0, line("1", 10_000)), "lines[0].quantity"),
                of("second line", CREATE, create.toBuilder().addLines(line("2", 0)), "lines[1].quantity"),
                of("coupon with quotes", CREATE, create.toBuilder().setCouponId("' OR ''='"), "coupon_id"),
                of(
                        "no currency",
                        CREATE,
                        create.toBuilder().setExpectedTotal(Money.newBuilder().setAmountMinor(1)),
                        "expected_total.currency_code"),
                of(
                        "negative total",
                        CREATE,
                        create.toBuilder()
                                .setExpectedTotal(Money.newBuilder()
                                        .setCurrencyCode("CNY")
                                        .setAmountMinor(-1)),
                        "expected_total.amount_minor"),
                of(
                        "total too big",
                        CREATE,
                        create.toBuilder()
                                .setExpectedTotal(Money.newBuilder()
                                        .setCurrencyCode("CNY")
                                        .setAmountMinor(1_000_000_000_001L)),
                        "expected_total.amount_minor"),
                of("no order", GET, GetOrderRequest.newBuilder(), "order_id"),
                of("order with slash", GET, GetOrderRequest.newBuilder().setOrderId("../x"), "order_id"),
                of("order too long", GET, GetOrderRequest.newBuilder().setOrderId("x".repeat(65)), "order_id"),
                of("no order", BEGIN, PlacementRequest.newBuilder(), "order_id"),
                of("no order", REJECT, PlacementRequest.newBuilder(), "order_id"),
                of("no order", CONFIRM, PlacementRequest.newBuilder(), "order_id"),
                of("order with quote", CONFIRM, PlacementRequest.newBuilder().setOrderId("x'"), "order_id"));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource
    void invalid(String name, String method, Message request, String field) {
        Answer answer = RawCalls.call(service.channel(), method, branch(), List.of(request.toByteArray()));
        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.errorInfo().getDomain()).isEqualTo("order.ordersaga");
        assertThat(answer.violatedFields()).contains(field);
        assertNothingInner(answer);
        assertThat(shop.calls(FakeShop.SUBMIT)).isEmpty();
    }

    @Test
    void nonsenseIsTheCallersMistake() {
        Map<String, Answer> answers =
                RawCalls.nonsense(service.channel(), OrderServiceGrpc.getServiceDescriptor(), new Metadata());
        answers.putAll(RawCalls.nonsense(service.channel(), OrderBranchesGrpc.getServiceDescriptor(), branch()));
        int methods = OrderServiceGrpc.getServiceDescriptor().getMethods().size()
                + OrderBranchesGrpc.getServiceDescriptor().getMethods().size();
        assertThat(answers).hasSize(4 * methods).allSatisfy((call, answer) -> {
            assertThat(answer.code()).as(call).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertNothingInner(answer);
        });
    }

    @Test
    void brokenDatabaseShowsNothingOfItself() throws SQLException {
        execute("RENAME TABLE orders TO orders_away");
        try {
            Answer read = RawCalls.call(
                    service.channel(),
                    GET,
                    GetOrderRequest.newBuilder().setOrderId("x").build());
            assertThat(read.code()).isEqualTo(Status.Code.INTERNAL);
            assertNothingInner(read);
            Answer write = RawCalls.call(
                    service.channel(),
                    CREATE,
                    CreateOrderRequest.newBuilder()
                            .setUserId("42")
                            .addLines(line("1", 1))
                            .build());
            assertThat(write.code()).isEqualTo(Status.Code.INTERNAL);
            assertNothingInner(write);
            Answer branch = RawCalls.call(
                    service.channel(),
                    CONFIRM,
                    branch(),
                    List.of(PlacementRequest.newBuilder()
                            .setOrderId("x")
                            .build()
                            .toByteArray()));
            assertThat(branch.code()).isEqualTo(Status.Code.INTERNAL);
            assertNothingInner(branch);
        } finally {
            execute("RENAME TABLE orders_away TO orders");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.openConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void assertNothingInner(Answer answer) {
        String all = answer.status().getDescription() + answer.rpcStatus();
        assertThat(all).doesNotContainPattern("(?i)exception|java|jdbc|sql|select |insert |update |orders_|\\tat ");
    }

    private static Metadata branch() {
        return new BranchContext("place-x", "saga", "01", "action").toMetadata();
    }

    private static Arguments of(String name, String method, Message.Builder request, String field) {
        return Arguments.of(name, method, request.build(), field);
    }

    private static List<NewOrderLine> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> line("p" + i, 1)).toList();
    }

    private static NewOrderLine line(String productId, int quantity) {
        return NewOrderLine.newBuilder()
                .setProductId(productId)
                .setQuantity(quantity)
                .build();
    }
}
