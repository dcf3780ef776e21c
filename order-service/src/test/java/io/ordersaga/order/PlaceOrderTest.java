package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The use case against a scripted coordinator: one piece of product 1 costs 1100, coupon 7 is worth 1000.
@DatabaseTest
class PlaceOrderTest {
    private final OrderParts parts;
    private final PlaceOrder placeOrder;

    PlaceOrderTest(TestDatabase database) {
        parts = new OrderParts(database);
        parts.shop.product("1", 1100).product("2", 500).coupon("7", "42", 1000);
        placeOrder = parts.placeOrder;
    }

    @AfterEach
    void stop() {
        parts.close();
    }

    @Test
    void sagaReservesPaysAndConfirmsInThisOrder() {
        coordinatorSees(placeOrder.submit(wanted(Optional.empty())));
        assertThat(submitted().getSteps()).isEqualTo(steps("""
                [{"action":"o:1/ordersaga.order.v1.OrderBranches/Begin",
                "compensate":"o:1/ordersaga.order.v1.OrderBranches/Reject"},
                {"action":"s:2/ordersaga.stock.v1.StockBranches/Reserve",
                "compensate":"s:2/ordersaga.stock.v1.StockBranches/Release"},
                {"action":"p:4/ordersaga.pay.v1.PayBranches/Create",
                "compensate":"p:4/ordersaga.pay.v1.PayBranches/Close"},
                {"action":"o:1/ordersaga.order.v1.OrderBranches/Confirm",
                "compensate":""}]
                """));
    }

    @Test
    void couponIsLockedBetweenStockAndPayment() {
        Order order = placeOrder.submit(wanted(Optional.of("7")));
        assertThat(submitted().getSteps()).isEqualTo(steps("""
                [{"action":"o:1/ordersaga.order.v1.OrderBranches/Begin",
                "compensate":"o:1/ordersaga.order.v1.OrderBranches/Reject"},
                {"action":"s:2/ordersaga.stock.v1.StockBranches/Reserve",
                "compensate":"s:2/ordersaga.stock.v1.StockBranches/Release"},
                {"action":"c:3/ordersaga.coupon.v1.CouponBranches/Lock",
                "compensate":"c:3/ordersaga.coupon.v1.CouponBranches/Unlock"},
                {"action":"p:4/ordersaga.pay.v1.PayBranches/Create",
                "compensate":"p:4/ordersaga.pay.v1.PayBranches/Close"},
                {"action":"o:1/ordersaga.order.v1.OrderBranches/Confirm",
                "compensate":""}]
                """));
        assertThat(submitted().getBinPayloadsList())
                .containsExactly(
                        bytes(OrderProtos.placement(order)),
                        bytes(OrderProtos.reservation(order)),
                        bytes(OrderProtos.couponLock(order, "7")),
                        bytes(OrderProtos.payment(order)),
                        bytes(OrderProtos.placement(order)));
    }

    @Test
    void payloadsCarryTheServersPrices() {
        Order order = placeOrder.submit(wanted(Optional.of("7")));
        assertThat(OrderProtos.reservation(order).getLines(0).getUnitPrice().getAmountMinor())
                .isEqualTo(1100);
        assertThat(OrderProtos.couponLock(order, "7").getOrderTotal().getAmountMinor())
                .isEqualTo(1100);
        assertThat(OrderProtos.couponLock(order, "7").getDiscount().getAmountMinor())
                .isEqualTo(1000);
        assertThat(OrderProtos.couponLock(order, "7").getUserId()).isEqualTo("42");
        assertThat(OrderProtos.payment(order).getAmount().getAmountMinor()).isEqualTo(100);
    }

    @Test
    void orderReadBackMakesTheSameSaga() {
        Order order = Orders.placingWithCoupon("A");
        parts.table.insert(order);
        parts.coordinator.submit(placeOrder.saga(order));
        parts.coordinator.submit(placeOrder.saga(parts.table.find("A").orElseThrow()));
        List<DtmRequest> twice = parts.submissions();
        assertThat(twice.get(1)).isEqualTo(twice.get(0));
        assertThat(twice.get(0).getGid()).isEqualTo("place-A");
        assertThat(twice.get(0).getTransOptions().getBranchHeadersMap())
                .containsEntry("traceparent", Orders.TRACE_PARENT)
                .doesNotContainKey("saga-definition");
    }

    @Test
    void sagaBegunOverHttpStaysSoHoweverNewOnesAreCalled() {
        Order order = parts.placeOrder(OrderParts.OVER_HTTP).submit(wanted(Optional.of("7")));
        parts.coordinator.submit(
                placeOrder.saga(parts.table.find(order.orderId()).orElseThrow()));
        List<DtmRequest> twice = parts.submissions();
        assertThat(twice.get(1)).isEqualTo(twice.get(0));
        assertThat(twice.get(0).getTransOptions().getBranchHeadersMap())
                .containsEntry("saga-definition", "place/2+http");
        assertThat(twice.get(0).getSteps()).startsWith(steps("""
                [{"action":"http://o:5/ordersaga.order.v1.OrderBranches/Begin",
                "compensate":"http://o:5/ordersaga.order.v1.OrderBranches/Reject"},
                {"action":"http://s:6/ordersaga.stock.v1.StockBranches/Reserve",
                "compensate":"http://s:6/ordersaga.stock.v1.StockBranches/Release"},
                {"action":"https://c:7/ordersaga.coupon.v1.CouponBranches/Lock",
                "compensate":"https://c:7/ordersaga.coupon.v1.CouponBranches/Unlock"},
                {"action":"http://p:8/"""));
        assertThat(twice.get(0).getBinPayloads(1).toStringUtf8())
                .startsWith("{\"orderId\":\"" + order.orderId() + "\",\"lines\":[{\"productId\":\"1\",");
    }

    @Test
    void sagaNamesItsDefinitionAndEndsInTime() {
        Order order = placeOrder.submit(wanted(Optional.empty()));
        assertThat(order.sagaDefinition()).isEqualTo("place/2");
        assertThat(submitted().getTransOptions().getBranchHeadersMap())
                .containsEntry("saga-definition", "place/2")
                .containsEntry("saga-tag-saga", "place")
                .containsKeys("saga-business-key", "saga-tag-user");
        assertThat(submitted().getTransOptions().getTimeoutToFail()).isEqualTo(600);
        assertThat(OrderProtos.payment(order).getExpireTime().getSeconds())
                .isEqualTo(order.progress().expireTime().orElseThrow().getEpochSecond());
    }

    @Test
    void orderOfWhichNothingIsToBePaidIsConfirmedBeforeItsPaymentIsOpened() {
        parts.shop.coupon("7", "42", 1100);
        placeOrder.submit(wanted(Optional.of("7")));
        assertThat(submitted().getSteps()).endsWith(steps("""
                {"action":"o:1/ordersaga.order.v1.OrderBranches/Confirm",
                "compensate":""},
                {"action":"p:4/ordersaga.pay.v1.PayBranches/Create",
                "compensate":"p:4/ordersaga.pay.v1.PayBranches/Close"}]
                """));
    }

    @Test
    void orderIsStoredBeforeTheCoordinatorHearsOfIt() {
        parts.shop.coordinator(call -> {
            Order stored = parts.orderOf(call);
            assertThat(stored.state()).isEqualTo(OrderState.PLACING);
            assertThat(stored.price()).isEqualTo(new Price("CNY", 1100, 1000));
            assertThat(stored.createTime()).isEqualTo(Orders.NOW);
            return new byte[0];
        });
        Order order = placeOrder.submit(wanted(Optional.of("7")));
        assertThat(parts.table.find(order.orderId())).contains(order);
        assertThat(submitted().getTransOptions().getWaitResult()).isFalse();
    }

    @Test
    void refusedPriceStoresAndSubmitsNothing() {
        assertThatThrownBy(() -> placeOrder.submit(Orders.wanted(1, OptionalLong.of(5))))
                .isInstanceOf(RefusalException.class);
        assertThat(parts.submissions()).isEmpty();
        assertThat(parts.countOrders()).isZero();
    }

    @Test
    void submitThatTheCoordinatorDoesNotTakeRejectsTheOrder() {
        parts.shop.coordinator(call -> {
            throw Status.UNAVAILABLE.withDescription("io.secret").asException();
        });
        RefusalException refusal =
                catchThrowableOfType(RefusalException.class, () -> placeOrder.submit(wanted(Optional.empty())));
        assertGivenUp(refusal);
    }

    @ParameterizedTest
    @EnumSource(names = {"ABORTED", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "INTERNAL", "UNKNOWN"})
    void anyOtherNoOfTheCoordinatorRejectsTheOrderToo(Status.Code code) {
        parts.shop.coordinator(call -> {
            throw code.toStatus().asException();
        });
        RefusalException refusal =
                catchThrowableOfType(RefusalException.class, () -> placeOrder.submit(wanted(Optional.empty())));
        assertGivenUp(refusal);
    }

    @Test
    void silentCoordinatorIsGivenUpAfterTheDeadline() {
        parts.shop.coordinator(parts.shop::silence);
        PlaceOrder impatient = parts.placeOrder(OrderParts.IMPATIENT);
        Instant start = Instant.now();
        RefusalException refusal =
                catchThrowableOfType(RefusalException.class, () -> impatient.submit(wanted(Optional.empty())));
        assertThat(start).isAfter(Instant.now().minusSeconds(8));
        assertGivenUp(refusal);
    }

    @Test
    void submitThatFailsAfterTheSagaSucceededAnswersWithTheOrder() {
        parts.shop.coordinator(call -> {
            parts.table.confirm(parts.orderOf(call).orderId(), Orders.NOW);
            throw Status.UNAVAILABLE.asException();
        });
        assertThat(placeOrder.submit(wanted(Optional.empty())).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
        assertThat(create(placeOrder).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
    }

    @Test
    void submitThatFailsAfterTheSagaWasRolledBackKeepsItsReason() {
        parts.shop.coordinator(call -> {
            parts.table.reject(parts.orderOf(call).orderId(), Orders.OUT_OF_STOCK, Orders.NOW);
            throw Status.UNAVAILABLE.asException();
        });
        assertThat(placeOrder.submit(wanted(Optional.empty())).rejection()).contains(Orders.OUT_OF_STOCK);
    }

    @Test
    void createWaitsForTheOutcome() {
        parts.shop.coordinator(call -> {
            parts.table.confirm(parts.orderOf(call).orderId(), Orders.NOW);
            return new byte[0];
        });
        assertThat(create(placeOrder).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
        assertThat(submitted().getTransOptions().getWaitResult()).isTrue();
    }

    @Test
    void createThatIsRolledBackHasTheReason() {
        parts.shop.coordinator(call -> {
            parts.table.reject(parts.orderOf(call).orderId(), Orders.OUT_OF_STOCK, Orders.NOW);
            throw Status.ABORTED.withDescription("url:... FAILURE").asException();
        });
        assertThat(create(placeOrder).rejection()).contains(Orders.OUT_OF_STOCK);
    }

    @Test
    void createThatTakesLongerIsStillBeingPlaced() {
        parts.shop.coordinator(parts.shop::silence);
        PlaceOrder impatient = parts.placeOrder(OrderParts.IMPATIENT);
        Instant start = Instant.now();
        assertThat(create(impatient).state()).isEqualTo(OrderState.PLACING);
        assertThat(start).isAfter(Instant.now().minusSeconds(8));
    }

    @Test
    void callerWhoHangsUpWhileWaitingLeavesTheOrderToItsSaga() {
        parts.shop.coordinator(call -> {
            throw Status.CANCELLED.asException();
        });
        assertThat(create(placeOrder).state()).isEqualTo(OrderState.PLACING);
    }

    @Test
    void createWhoseSagaIsBeingRetriedIsStillBeingPlaced() {
        parts.shop.coordinator(call -> {
            throw Status.ABORTED
                    .withDescription("wait result not return success: FAILURE")
                    .asException();
        });
        assertThat(create(placeOrder).state()).isEqualTo(OrderState.PLACING);
    }

    @Test
    void createThatTheCoordinatorDoesNotTakeRejectsTheOrder() {
        parts.shop.coordinator(call -> {
            throw Status.UNAVAILABLE.asException();
        });
        RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> create(placeOrder));
        assertGivenUp(refusal);
    }

    @Test
    void logLinesNameTheOrderAndItsSaga() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(PlaceOrder.class);
        lines.start();
        logger.addAppender(lines);
        try {
            Order order = create(placeOrder);
            assertThat(lines.list)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                            .containsEntry("order_id", order.orderId())
                            .containsEntry("gid", "place-" + order.orderId()));
            assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
        } finally {
            logger.detachAppender(lines);
        }
    }

    private void assertGivenUp(RefusalException refusal) {
        assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refusal.reason()).isEqualTo("PLACEMENT_UNAVAILABLE");
        assertThat(refusal.getMessage()).doesNotContain("secret");
        Order order = parts.table
                .find(refusal.metadata().getOrDefault("order_id", "none"))
                .orElseThrow();
        assertThat(order.state()).isEqualTo(OrderState.REJECTED);
        assertThat(order.rejection().orElseThrow().reason()).isEqualTo("PLACEMENT_UNAVAILABLE");
    }

    private DtmRequest submitted() {
        assertThat(parts.submissions()).hasSize(1);
        return parts.submissions().getFirst();
    }

    private void coordinatorSees(Order order) {
        assertThat(submitted().getGid()).isEqualTo("place-" + order.orderId());
        assertThat(submitted().getTransType()).isEqualTo("saga");
    }

    private static Order create(PlaceOrder placeOrder) {
        Order order = placeOrder.priced("created", wanted(Optional.empty()));
        placeOrder.store(order);
        return placeOrder.place(order.orderId());
    }

    private static NewOrder wanted(Optional<String> couponId) {
        return new NewOrder("42", List.of(new NewOrder.Line("1", 1)), couponId, OptionalLong.of(1100));
    }

    private static String steps(String text) {
        return text.replace("\n", "");
    }

    private static ByteString bytes(com.google.protobuf.Message message) {
        return message.toByteString();
    }
}
