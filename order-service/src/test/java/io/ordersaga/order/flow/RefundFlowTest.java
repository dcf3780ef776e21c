package io.ordersaga.order.flow;

import static io.ordersaga.order.flow.FlowFixture.CUSTOMER;
import static io.ordersaga.order.flow.FlowFixture.STAFF;
import static io.ordersaga.order.flow.FlowFixture.atOnce;
import static io.ordersaga.order.flow.FlowFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.Lifecycle.NewRefund;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import io.ordersaga.order.v1.CancellationRequest;
import io.ordersaga.order.v1.OrderPaidRequest;
import io.ordersaga.order.v1.OrderRefundRequest;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// How money is paid back, with the sagas run for real, and how the branches hold by themselves. Every test has orders
/// of its own; the races are run on several.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundFlowTest {
    private final FlowFixture flow;

    RefundFlowTest(TestDatabase database) {
        flow = new FlowFixture(database);
    }

    @AfterAll
    void stop() {
        flow.close();
    }

    @Test
    void wholeRefundBeforeShippingTakesStockAndCouponBack() {
        String orderId = flow.paid(Optional.of("7"));
        Refund refund = flow.lifecycle.refund(flow.whole(orderId, false), CUSTOMER);
        assertThat(refund.state()).isEqualTo(Refund.State.SUCCEEDED);
        assertThat(refund.amountMinor()).isEqualTo(1700);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
        assertThat(flow.order(orderId).refundableMinor()).isZero();
        assertThat(flow.shop.refunded.get(orderId)).hasValue(1700);
        assertThat(flow.shop.effects).contains("Restock " + orderId + " 1x2 2x1", "Return " + orderId);
        assertThat(flow.timeline(orderId)).containsExactly("CREATED", "PLACED", "PAID", "REFUND_BEGUN", "REFUNDED");
        DtmRequest saga = flow.sagas.submissions(refund.gid()).getFirst();
        assertThat(SagaRunner.stepsOf(saga))
                .containsExactly(
                        "OrderBranches/BeginRefund / OrderBranches/UndoRefund",
                        "PayBranches/Refund",
                        "StockBranches/Restock",
                        "CouponBranches/Return",
                        "OrderBranches/ConfirmRefund");
        assertThat(saga.getTransOptions().getBranchHeadersMap()).containsEntry("saga-definition", "refund/1");
    }

    @Test
    void piecesRefundedOneByOneAreWorthWhatWasPaidForThem() {
        String orderId = flow.paid(Optional.of("7"));
        flow.ship(orderId);
        // Two pieces cost 2200 - 815 = 1385 together: 692 and 693.
        assertThat(flow.lines(orderId, "1", 1, false).amountMinor()).isEqualTo(692);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.SHIPPED);
        assertThat(flow.shop.effects).noneMatch(effect -> effect.startsWith("Restock " + orderId));
        assertThat(flow.lines(orderId, "1", 1, true).amountMinor()).isEqualTo(693);
        assertThat(flow.shop.effects).contains("Restock " + orderId + " 1x1");
        assertThat(refusal(() -> flow.lines(orderId, "1", 1, true)).reason()).isEqualTo("REFUND_EXCEEDS_PAID");
        assertThat(flow.shop.effects).doesNotContain("Return " + orderId);
        assertThat(flow.lines(orderId, "2", 1, false).amountMinor()).isEqualTo(315);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
        assertThat(flow.shop.effects).contains("Return " + orderId);
        assertThat(refusal(() -> flow.lifecycle.refund(flow.whole(orderId, false), STAFF))
                        .reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
    }

    @Test
    void orderThatCostNothingIsRefundedForItsPiecesAndItsCoupon() throws Exception {
        String orderId = flow.paidByCoupon();
        assertThat(refusal(() -> flow.lifecycle.refund(flow.amount(orderId, 1), CUSTOMER))
                        .reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");

        List<Object> ends = atOnce(List.of(
                () -> flow.lifecycle
                        .refund(flow.whole(orderId, false), CUSTOMER)
                        .state(),
                () -> flow.lifecycle
                        .refund(flow.whole(orderId, false), CUSTOMER)
                        .state()));

        assertThat(ends).filteredOn(Refund.State.SUCCEEDED::equals).hasSize(1);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
        assertThat(flow.shop.refunded.get(orderId)).hasValue(0);
        assertThat(flow.shop.effects)
                .filteredOn(effect -> effect.contains(orderId))
                .containsExactly("Restock " + orderId + " 1x2 2x1", "Return " + orderId);
        assertThat(refusal(() -> flow.lifecycle.refund(flow.whole(orderId, false), CUSTOMER))
                        .reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
    }

    @Test
    void piecesThatCostNothingGoBackOneAfterTheOther() {
        String orderId = flow.paidByCoupon();

        Refund first = flow.lines(orderId, "1", 1, false);

        assertThat(first.amountMinor()).isZero();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
        assertThat(SagaRunner.stepsOf(flow.sagas.submissions(first.gid()).getFirst()))
                .containsExactly(
                        "OrderBranches/BeginRefund / OrderBranches/UndoRefund",
                        "StockBranches/Restock",
                        "OrderBranches/ConfirmRefund");
        assertThat(flow.shop.refunded).doesNotContainKey(orderId);
        assertThat(flow.shop.effects).contains("Restock " + orderId + " 1x1").doesNotContain("Return " + orderId);

        assertThat(flow.lifecycle.refund(flow.whole(orderId, false), CUSTOMER).lines())
                .containsExactly(new Refund.Line("1", 1), new Refund.Line("2", 1));

        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
        assertThat(flow.shop.refunded.get(orderId)).hasValue(0);
        assertThat(flow.shop.effects).contains("Return " + orderId);
        assertThat(refusal(() -> flow.lines(orderId, "1", 1, false)).reason()).isEqualTo("REFUND_EXCEEDS_PAID");

        String other = flow.paidWithFreePieces();
        assertThat(flow.lines(other, "1", 2, false).amountMinor()).isZero();
        assertThat(flow.state(other)).isEqualTo(OrderState.PAID);
        assertThat(flow.lines(other, "2", 1, false).amountMinor()).isEqualTo(500);
        assertThat(flow.state(other)).isEqualTo(OrderState.REFUNDED);
    }

    @Test
    void amountIsRefundedAndTheOrderGoesOn() {
        String orderId = flow.paid(Optional.empty());
        NewRefund wanted = flow.amount(orderId, 700);
        assertThat(flow.lifecycle.refund(wanted, STAFF).state()).isEqualTo(Refund.State.SUCCEEDED);
        assertThat(flow.lifecycle.refund(wanted, STAFF).refundId()).isEqualTo(wanted.refundId());
        assertThat(flow.shop.refunded.get(orderId)).hasValue(700);
        assertThat(flow.order(orderId).progress().refundedMinor()).isEqualTo(700);
        assertThat(flow.ship(orderId).state()).isEqualTo(OrderState.SHIPPED);
        assertThat(flow.shop.effects).noneMatch(effect -> effect.startsWith("Restock " + orderId));
        assertThat(refusal(() -> flow.lifecycle.refund(flow.amount(orderId, 2001), STAFF))
                        .reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
    }

    @Test
    void declinedRefundLeavesTheOrderAsItWas() {
        String orderId = flow.paid(Optional.empty());
        flow.ship(orderId);
        flow.shop.declineRefunds = true;
        try {
            RefusalException refusal = refusal(() -> flow.lifecycle.refund(flow.whole(orderId, true), STAFF));
            assertThat(refusal.reason()).isEqualTo("PAYMENT_REFUND_DECLINED");
            Refund refund = flow.table
                    .find(orderId, refusal.metadata().getOrDefault("refund_id", ""))
                    .orElseThrow();
            assertThat(refund.failure().orElseThrow().domain()).isEqualTo("pay.ordersaga");
        } finally {
            flow.shop.declineRefunds = false;
        }
        assertThat(flow.state(orderId)).isEqualTo(OrderState.SHIPPED);
        assertThat(flow.order(orderId).progress().refundedMinor()).isZero();
        assertThat(flow.timeline(orderId)).endsWith("SHIPPED", "REFUND_BEGUN", "REFUND_UNDONE");
    }

    @Test
    void refundThatTheCoordinatorDidNotHearIsSwept() {
        String orderId = flow.paid(Optional.empty());
        flow.sagas.down(true);
        Refund refund = flow.lifecycle.refund(flow.whole(orderId, false), STAFF);
        assertThat(refund.state()).isEqualTo(Refund.State.PENDING);
        flow.sagas.down(false);
        flow.sweepAfter("order_refund", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
    }

    @Test
    void twoRefundsPastWhatWasPaidAreOne() throws Exception {
        for (int round = 0; round < 6; round++) {
            String orderId = flow.paid(Optional.empty());
            List<Object> ends = atOnce(List.of(
                    () -> flow.lifecycle
                            .refund(flow.amount(orderId, 2000), STAFF)
                            .state(),
                    () -> flow.lifecycle
                            .refund(flow.amount(orderId, 1500), CUSTOMER)
                            .state()));
            assertThat(ends).contains(Refund.State.SUCCEEDED);
            assertThat(ends.stream()
                            .filter(RefusalException.class::isInstance)
                            .map(end -> ((RefusalException) end).reason()))
                    .containsExactly("REFUND_EXCEEDS_PAID");
            assertThat(flow.order(orderId).progress().refundedMinor()).isEqualTo(flow.shop.refundedMinor(orderId));
        }
    }

    @Test
    void ofRefundAndShippingOneWins() throws Exception {
        for (int round = 0; round < 8; round++) {
            String orderId = flow.paid(Optional.empty());
            List<Object> ends = atOnce(List.of(
                    () -> flow.lifecycle
                            .refund(flow.whole(orderId, false), CUSTOMER)
                            .state(),
                    () -> flow.ship(orderId).state()));
            assertThat(flow.state(orderId)).isIn(OrderState.SHIPPED, OrderState.REFUNDED);
            if (ends.stream().noneMatch(RefusalException.class::isInstance)) {
                // One after the other: refunded as an order that is on its way.
                assertThat(flow.timeline(orderId)).endsWith("SHIPPED", "REFUND_BEGUN", "REFUNDED");
                assertThat(flow.shop.effects).noneMatch(effect -> effect.startsWith("Restock " + orderId));
                continue;
            }
            boolean shipped = flow.state(orderId) == OrderState.SHIPPED;
            RefusalException loser = (RefusalException) ends.get(shipped ? 0 : 1);
            assertThat(loser.reason()).isEqualTo("ORDER_STATE_CONFLICT");
            assertThat(flow.shop.refunded.containsKey(orderId)).isEqualTo(!shipped);
        }
    }

    // Branches

    @Test
    void branchesHoldWithoutTheBarriersMemory() {
        String orderId = flow.awaiting();
        flow.cancel(orderId, CUSTOMER);
        CancellationRequest request = CancellationRequest.newBuilder()
                .setOrderId(orderId)
                .setCancellationId(orderId + "-1")
                .setReason("USER")
                .build();
        String gid = "cancel-" + orderId + "-1";
        flow.forgetBarriers();
        assertThat(flow.branch(gid, "action", "BeginCancel", request).code()).isEqualTo(Status.Code.OK);
        assertThat(flow.branch(gid, "action", "ConfirmCancel", request).code()).isEqualTo(Status.Code.OK);
        assertThat(flow.timeline(orderId)).hasSize(4);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.CANCELLED);

        String refunded = flow.paid(Optional.empty());
        Refund refund = flow.lifecycle.refund(flow.amount(refunded, 100), STAFF);
        OrderRefundRequest again = OrderRefundRequest.newBuilder()
                .setOrderId(refunded)
                .setRefundId(refund.refundId())
                .build();
        flow.forgetBarriers();
        assertThat(flow.branch(refund.gid(), "action", "BeginRefund", again).code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.branch(refund.gid(), "action", "ConfirmRefund", again).code())
                .isEqualTo(Status.Code.OK);
        flow.forgetBarriers();
        assertThat(flow.branch("paid-x", "action", "MarkPaid", paidRequest(refunded))
                        .code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.branch("place-" + refunded, "action", "Confirm", placement(refunded))
                        .code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.order(refunded).progress().refundedMinor()).isEqualTo(100);
        assertThat(flow.state(refunded)).isEqualTo(OrderState.PAID);
    }

    @Test
    void refusedFirstStepRefusesAgain() {
        String orderId = flow.awaiting();
        flow.sagas.down(true);
        flow.cancel(orderId, CUSTOMER);
        flow.sagas.down(false);
        flow.pay(orderId);
        CancellationRequest request = CancellationRequest.newBuilder()
                .setOrderId(orderId)
                .setCancellationId(orderId + "-1")
                .setReason("USER")
                .build();
        for (int attempt = 0; attempt < 2; attempt++) {
            var answer = flow.branch("cancel-" + orderId + "-1", "action", "BeginCancel", request);
            assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
            assertThat(answer.errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
        }
        assertThat(flow.branch("cancel-" + orderId + "-1", "compensate", "UndoCancel", request)
                        .code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
        assertThat(flow.table.find(orderId, 1).orElseThrow().state()).isEqualTo(Cancellation.State.FAILED);
    }

    @Test
    void orderIsPaidOnlyWhenItIsPlacedAndNotWhenItIsGone() {
        String placing = flow.placing(Optional.empty());
        assertThat(flow.branch("paid-a", "action", "MarkPaid", paidRequest(placing))
                        .code())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        flow.table.confirm(placing, flow.table.databaseTime());
        assertThat(flow.branch("paid-a", "action", "MarkPaid", paidRequest(placing))
                        .code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.order(placing).progress().paymentId()).contains("p1");
        String cancelled = flow.awaiting();
        flow.cancel(cancelled, CUSTOMER);
        assertThat(flow.branch("paid-b", "action", "MarkPaid", paidRequest(cancelled))
                        .code())
                .isEqualTo(Status.Code.ABORTED);
        assertThat(flow.branch("paid-c", "action", "MarkPaid", paidRequest("no-such"))
                        .errorInfo()
                        .getReason())
                .isEqualTo("ORDER_NOT_FOUND");
    }

    private static OrderPaidRequest paidRequest(String orderId) {
        return OrderPaidRequest.newBuilder()
                .setOrderId(orderId)
                .setPaymentId("p1")
                .setPaidTime(Timestamp.newBuilder().setSeconds(1_800_000_000))
                .build();
    }

    private static PlacementRequest placement(String orderId) {
        return PlacementRequest.newBuilder().setOrderId(orderId).build();
    }
}
