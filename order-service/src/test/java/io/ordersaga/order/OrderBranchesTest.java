package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderBranchesGrpc.OrderBranchesBlockingStub;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The branches as the coordinator calls them: Begin is 01, Confirm 04. Every test has an order of its own.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderBranchesTest {
    private static final com.google.rpc.Status OUT_OF_STOCK = com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.ABORTED.value())
            .setMessage(Orders.OUT_OF_STOCK.message())
            .addDetails(Any.pack(ErrorInfo.newBuilder()
                    .setDomain(Orders.OUT_OF_STOCK.domain())
                    .setReason(Orders.OUT_OF_STOCK.reason())
                    .putAllMetadata(Orders.OUT_OF_STOCK.metadata())
                    .build()))
            .build();

    private final AtomicInteger count = new AtomicInteger();
    private final TestDatabase database;
    private RunningService service;
    private OrderTable table;
    private String orderId = "";

    OrderBranchesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void start() {
        service = RunningService.start(OrderServiceApp.class, database);
        table = service.bean(OrderTable.class);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void placing() {
        orderId = "order-" + count.incrementAndGet();
        table.insert(Orders.placing(orderId));
    }

    @Test
    void placedOrderAwaitsItsPayment() {
        begin();
        assertState(OrderState.PLACING);
        confirm();
        assertState(OrderState.AWAITING_PAYMENT);
    }

    @Test
    void everyBranchCalledTwiceHappensOnce() {
        begin();
        begin();
        confirm();
        confirm();
        assertState(OrderState.AWAITING_PAYMENT);
        assertThat(table.find(orderId).orElseThrow().updateTime()).isNotEqualTo(Orders.NOW);
    }

    @Test
    void rejectTakesTheReasonOfTheStepThatRefused() {
        begin();
        reject(Optional.of(OUT_OF_STOCK));
        reject(Optional.empty());
        assertThat(table.find(orderId).orElseThrow().rejection()).contains(Orders.OUT_OF_STOCK);
    }

    @Test
    void rejectWithoutReasonSaysThatTheSagaWasRolledBack() {
        begin();
        reject(Optional.empty());
        Rejection rejection = table.find(orderId).orElseThrow().rejection().orElseThrow();
        assertThat(rejection.reason()).isEqualTo("SAGA_ROLLED_BACK");
        assertThat(rejection.domain()).isEqualTo("order.ordersaga");
    }

    @Test
    void rejectOfAReasonThatIsNoErrorInfoSaysTheSame() {
        begin();
        reject(Optional.of(com.google.rpc.Status.newBuilder()
                .setMessage("FAILURE")
                .addDetails(Any.newBuilder()
                        .setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo")
                        .setValue(com.google.protobuf.ByteString.copyFrom(new byte[] {10, 100})))
                .build()));
        assertThat(table.find(orderId).orElseThrow().rejection().orElseThrow().reason())
                .isEqualTo("SAGA_ROLLED_BACK");
    }

    @Test
    void rejectWithoutBeginUndoesNothingAndTheLateBeginDoesNothing() {
        reject(Optional.of(OUT_OF_STOCK));
        assertState(OrderState.PLACING);
        table.rejectWhilePlacing(orderId, Orders.OUT_OF_STOCK, Orders.NOW);
        begin();
        assertState(OrderState.REJECTED);
    }

    @Test
    void confirmAfterTheOrderWasGivenUpIsRefused() {
        begin();
        table.rejectWhilePlacing(orderId, Orders.OUT_OF_STOCK, Orders.NOW);
        Answer refusal = refusal(() -> branch("04", "action").confirm(request()));
        assertThat(refusal.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(refusal.errorInfo().getReason()).isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(refusal.errorInfo().getMetadataMap()).isEqualTo(Map.of("order_id", orderId, "state", "REJECTED"));
        assertState(OrderState.REJECTED);
    }

    @Test
    void confirmAfterRejectIsRefused() {
        begin();
        reject(Optional.of(OUT_OF_STOCK));
        assertThat(refusal(() -> branch("04", "action").confirm(request()))
                        .errorInfo()
                        .getReason())
                .isEqualTo("ORDER_STATE_CONFLICT");
    }

    @Test
    void beginOfAnOrderThatWasGivenUpIsRefusedAndItsRejectKeepsTheReason() {
        Rejection unavailable = new Rejection("order.ordersaga", "PLACEMENT_UNAVAILABLE", "later", Map.of());
        table.rejectWhilePlacing(orderId, unavailable, Orders.NOW);
        assertThat(refusal(this::begin).code()).isEqualTo(Status.Code.ABORTED);
        assertThat(refusal(this::begin).errorInfo().getReason()).isEqualTo("ORDER_STATE_CONFLICT");
        reject(Optional.of(OUT_OF_STOCK));
        assertThat(table.find(orderId).orElseThrow().rejection()).contains(unavailable);
    }

    @Test
    void unknownOrderIsRefused() {
        orderId = "no-such";
        assertThat(refusal(this::begin).errorInfo().getReason()).isEqualTo("ORDER_NOT_FOUND");
        assertThat(refusal(this::confirm).code()).isEqualTo(Status.Code.ABORTED);
        reject(Optional.empty());
    }

    @Test
    void rolledBackSagaRejectsEvenAConfirmedOrder() {
        begin();
        confirm();
        reject(Optional.empty());
        assertState(OrderState.REJECTED);
    }

    @Test
    void confirmHoldsWithoutTheBarriersMemory() {
        begin();
        confirm();
        var _ = branch("05", "action").confirm(request());
        assertState(OrderState.AWAITING_PAYMENT);
    }

    @Test
    void onlyACoordinatorCallsABranch() {
        OrderBranchesBlockingStub anyone = OrderBranchesGrpc.newBlockingStub(service.channel());
        Answer refusal = refusal(() -> anyone.begin(request()));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(() -> anyone.reject(request())).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(() -> anyone.confirm(request())).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertState(OrderState.PLACING);
    }

    private void begin() {
        var _ = branch("01", "action").begin(request());
    }

    private void confirm() {
        var _ = branch("04", "action").confirm(request());
    }

    private void reject(Optional<com.google.rpc.Status> reason) {
        var _ = branch("01", "compensate", reason).reject(request());
    }

    private OrderBranchesBlockingStub branch(String branchId, String op) {
        return branch(branchId, op, Optional.empty());
    }

    private OrderBranchesBlockingStub branch(String branchId, String op, Optional<com.google.rpc.Status> reason) {
        BranchContext branch = new BranchContext("place-" + orderId, "saga", branchId, op, reason);
        return OrderBranchesGrpc.newBlockingStub(service.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(branch.toMetadata()));
    }

    private PlacementRequest request() {
        return PlacementRequest.newBuilder().setOrderId(orderId).build();
    }

    private void assertState(OrderState state) {
        assertThat(table.findState(orderId)).contains(state);
    }

    private static Answer refusal(Runnable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(thrown).as("refused").isNotNull();
        return Answer.of(thrown);
    }
}
