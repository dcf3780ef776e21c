package io.ordersaga.order.flow;

import static io.ordersaga.order.flow.FlowFixture.CUSTOMER;
import static io.ordersaga.order.flow.FlowFixture.STAFF;
import static io.ordersaga.order.flow.FlowFixture.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Lifecycle.NewRefund;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Tracking;
import io.ordersaga.order.v1.CancellationRequest;
import io.ordersaga.order.v1.OrderPaidRequest;
import io.ordersaga.order.v1.OrderRefundRequest;
import io.ordersaga.order.v1.PlacementRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.SettableClock;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What happens to an order after it was placed, with its sagas run for real. Every test has orders of its own; the
/// races are run on several.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowTest {
    private static final Tracking TRACKING = new Tracking("SF", "123");
    private static final FlowConfig CONFIG = new FlowConfig(
            Duration.ofSeconds(20),
            new FlowConfig.Timers(Duration.ofHours(1), 2, Duration.ofDays(15), Duration.ofSeconds(30)),
            new FlowConfig.Sweep(Duration.ofSeconds(30), Duration.ofHours(1), 100));

    private final AtomicInteger refunds = new AtomicInteger();
    private final FlowFixture flow;
    private final SettableClock clock;
    private final OrderTimers timers;

    FlowTest(TestDatabase database) {
        flow = new FlowFixture(database);
        clock = new SettableClock(flow.table.databaseTime());
        timers = new OrderTimers(flow.table, flow.service.bean(FlowSweeper.class), CONFIG, clock);
    }

    @AfterAll
    void stop() {
        flow.close();
    }

    // Cancelling

    @Test
    void cancellingClosesThePaymentAndGivesEverythingBack() {
        String orderId = flow.awaiting(Optional.of("7"));
        Order order = cancel(orderId, CUSTOMER);
        assertThat(order.state()).isEqualTo(OrderState.CANCELLED);
        assertThat(order.progress().cancelReason()).contains(CancelReason.USER);
        assertThat(flow.shop.payments).containsEntry(orderId, Participants.Payment.CLOSED);
        assertThat(flow.timeline(orderId))
                .containsExactly("CREATED", "PLACED", "CANCELLATION_BEGUN", "CANCELLED");
        DtmRequest saga = flow.sagas.submissions("cancel-" + orderId + "-1").getFirst();
        assertThat(SagaRunner.stepsOf(saga))
                .containsExactly(
                        "OrderBranches/BeginCancel / OrderBranches/UndoCancel",
                        "PayBranches/Close",
                        "StockBranches/Release",
                        "CouponBranches/Unlock",
                        "OrderBranches/ConfirmCancel");
        assertThat(saga.getTransOptions().getBranchHeadersMap()).containsEntry("saga-definition", "cancel/1");
    }

    @Test
    void cancellingACancelledOrderShowsIt() {
        String orderId = flow.awaiting();
        long version = cancel(orderId, CUSTOMER).version();
        assertThat(cancel(orderId, CUSTOMER).version()).isEqualTo(version);
        assertThat(flow.timeline(orderId)).hasSize(4);
    }

    @Test
    void orderThatIsBeingPlacedIsNotCancelledYet() {
        String orderId = flow.placing(Optional.empty());
        RefusalException refusal = refusal(() -> cancel(orderId, CUSTOMER));
        assertThat(refusal.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(refusal.reason()).isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PLACING);
    }

    @Test
    void paymentThatCameFirstKeepsTheOrder() {
        String orderId = flow.awaiting();
        flow.shop.capture(orderId);
        RefusalException refusal = refusal(() -> cancel(orderId, CUSTOMER));
        assertThat(refusal.reason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        assertThat(flow.shop.effects).doesNotContain("Release " + orderId);
        assertThat(flow.pay(orderId)).isTrue();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
        assertThat(refusal(() -> cancel(orderId, CUSTOMER)).reason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(flow.timeline(orderId))
                .containsExactly("CREATED", "PLACED", "CANCELLATION_BEGUN", "CANCELLATION_UNDONE", "PAID");
    }

    @Test
    void onlyTheOwnerAndStaffCancelAndOnlyTheVersionThatTheyHaveSeen() {
        String orderId = flow.awaiting();
        assertThat(refusal(() -> cancel(orderId, STRANGER)).code()).isEqualTo(Status.Code.NOT_FOUND);
        Guard old = new Guard(CUSTOMER.caller(), OptionalLong.of(1));
        assertThat(refusal(() -> cancel(orderId, old)).reason()).isEqualTo("ETAG_MISMATCH");
        assertThat(cancel(orderId, new Guard(STAFF.caller(), OptionalLong.of(2))).state())
                .isEqualTo(OrderState.CANCELLED);
    }

    @Test
    void wishThatTheCoordinatorDidNotHearIsSweptJustAsItWas() {
        String orderId = flow.awaiting();
        String gid = "cancel-" + orderId + "-1";
        flow.sagas.down(true);
        assertThat(cancel(orderId, CUSTOMER).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
        sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        flow.sagas.down(false);
        sweepAfter("order_cancellation", Duration.ofSeconds(10));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.CANCELLED);
        List<DtmRequest> submissions = flow.sagas.submissions(gid);
        assertThat(submissions.getLast().getBinPayloadsList())
                .isEqualTo(submissions.getFirst().getBinPayloadsList());
        assertThat(submissions.getLast().getSteps()).isEqualTo(submissions.getFirst().getSteps());
    }

    @Test
    void cancellationWhoseSagaWasGivenUpIsUndoneAndAnotherMayFollow() {
        String orderId = flow.awaiting();
        flow.sagas.down(true);
        cancel(orderId, CUSTOMER);
        flow.sagas.down(false);
        flow.sagas.end("cancel-" + orderId + "-1", "failed");
        sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.table.find(orderId, 1).orElseThrow().state()).isEqualTo(Cancellation.State.FAILED);
        assertThat(cancel(orderId, CUSTOMER).state()).isEqualTo(OrderState.CANCELLED);
        assertThat(flow.sagas.submissions("cancel-" + orderId + "-2")).hasSize(1);
    }

    @Test
    void manyWhoCancelAtOnceMakeOneCancellation() throws Exception {
        String orderId = flow.awaiting();
        List<Callable<Object>> wishes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Guard guard = i % 2 == 0 ? CUSTOMER : STAFF;
            CancelReason reason = i % 2 == 0 ? CancelReason.USER : CancelReason.STAFF;
            wishes.add(() -> flow.lifecycle.cancel(orderId, reason, "", guard).state());
        }
        assertThat(atOnce(wishes)).containsOnly(OrderState.CANCELLED);
        assertThat(flow.timeline(orderId)).hasSize(4);
        assertThat(flow.shop.effects.stream().filter(("Release " + orderId)::equals)).hasSize(1);
    }

    @Test
    void paymentAndCancellationAtTheSameInstantEndAsOneOfThem() throws Exception {
        for (int round = 0; round < 12; round++) {
            String orderId = flow.awaiting();
            List<Object> ends = atOnce(List.of(
                    () -> cancel(orderId, CUSTOMER).state(), () -> flow.pay(orderId), () -> flow.pay(orderId)));
            OrderState state = flow.state(orderId);
            if (flow.shop.payments.get(orderId) == Participants.Payment.CLOSED) {
                assertThat(state).isEqualTo(OrderState.CANCELLED);
                assertThat(ends.getFirst()).isEqualTo(OrderState.CANCELLED);
            } else {
                assertThat(state).isEqualTo(OrderState.PAID);
                assertThat(((RefusalException) ends.getFirst()).reason()).isEqualTo("PAYMENT_ALREADY_PAID");
                assertThat(flow.shop.effects).doesNotContain("Release " + orderId);
            }
        }
    }

    // Timers

    @Test
    void unpaidOrderIsCancelledWhenItsTimeIsOverAndByOneOfManyTimers() throws Exception {
        List<String> orders = List.of(flow.awaiting(), flow.awaiting(), flow.awaiting(), flow.awaiting(), flow.awaiting());
        String paid = flow.paid(Optional.empty());
        Instant expiry = flow.order(orders.getLast()).progress().expireTime().orElseThrow();
        clock.set(flow.order(orders.getFirst()).progress().expireTime().orElseThrow().minusMillis(1));
        timers.cancelUnpaid();
        assertThat(flow.state(orders.getFirst())).isEqualTo(OrderState.AWAITING_PAYMENT);
        clock.set(expiry);
        atOnce(List.of(this::tick, this::tick, this::tick));
        for (String orderId : orders) {
            Order order = flow.order(orderId);
            assertThat(order.state()).as(orderId).isEqualTo(OrderState.CANCELLED);
            assertThat(order.progress().cancelReason()).contains(CancelReason.PAYMENT_TIMEOUT);
            assertThat(flow.timeline(orderId)).hasSize(4);
        }
        assertThat(flow.state(paid)).isEqualTo(OrderState.PAID);
    }

    @Test
    void tickThatTheCoordinatorDidNotHearIsNotLost() {
        String orderId = flow.awaiting();
        clock.set(flow.order(orderId).progress().expireTime().orElseThrow());
        flow.sagas.down(true);
        timers.cancelUnpaid();
        flow.sagas.down(false);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        // A restarted program knows no more than the rows.
        sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.CANCELLED);
    }

    @Test
    void closerThatComesTooLateNeverOverwritesAPayment() {
        String orderId = flow.awaiting();
        // By the clock of the failure, after which the order is left alone for a while.
        clock.set(flow.table.databaseTime());
        flow.database.update("UPDATE orders SET expire_time = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE order_id = ?", orderId);
        flow.shop.capture(orderId);
        timers.cancelUnpaid();
        timers.cancelUnpaid();
        assertThat(flow.timeline(orderId))
                .containsExactly("CREATED", "PLACED", "CANCELLATION_BEGUN", "CANCELLATION_UNDONE");
        clock.advance(Duration.ofSeconds(31));
        timers.cancelUnpaid();
        assertThat(flow.timeline(orderId)).hasSize(6);
        flow.pay(orderId);
        timers.cancelUnpaid();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
    }

    @Test
    void shippedOrderCountsAsReceivedAfterFifteenDays() {
        String orderId = flow.paid(Optional.empty());
        ship(orderId);
        Instant shipped = flow.order(orderId).progress().shippedTime().orElseThrow();
        clock.set(shipped.plus(Duration.ofDays(15)).minusMillis(1));
        timers.completeShipped();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.SHIPPED);
        clock.advance(Duration.ofMillis(1));
        timers.completeShipped();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.COMPLETED);
        assertThat(flow.table.findEvents(orderId, 0, 100).getLast().actor()).isEqualTo("timer");
    }

    private Object tick() {
        timers.cancelUnpaid();
        return "ticked";
    }

    // Shipping

    @Test
    void paidOrderIsShippedOnceAndReceivedOnce() {
        String orderId = flow.paid(Optional.empty());
        assertThat(refusal(() -> flow.lifecycle.ship(orderId, TRACKING, CUSTOMER)).code())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(ship(orderId).delivery().tracking()).contains(TRACKING);
        assertThat(ship(orderId).version()).isEqualTo(flow.order(orderId).version());
        assertThat(refusal(() -> flow.lifecycle.ship(orderId, new Tracking("SF", "other"), STAFF))
                        .reason())
                .isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(refusal(() -> flow.lifecycle.confirmReceipt(orderId, STRANGER)).code())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(flow.lifecycle.confirmReceipt(orderId, CUSTOMER).state()).isEqualTo(OrderState.COMPLETED);
        assertThat(flow.lifecycle.confirmReceipt(orderId, CUSTOMER).state()).isEqualTo(OrderState.COMPLETED);
        assertThat(flow.timeline(orderId))
                .containsExactly("CREATED", "PLACED", "PAID", "SHIPPED", "COMPLETED");
    }

    @Test
    void unpaidOrderIsNotShipped() {
        String orderId = flow.awaiting();
        assertThat(refusal(() -> ship(orderId)).reason()).isEqualTo("ORDER_STATE_CONFLICT");
    }

    // Refunds

    @Test
    void wholeRefundBeforeShippingTakesStockAndCouponBack() {
        String orderId = flow.paid(Optional.of("7"));
        Refund refund = flow.lifecycle.refund(whole(orderId, false), CUSTOMER);
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
        ship(orderId);
        // Two pieces cost 2200 - 815 = 1385 together: 692 and 693.
        assertThat(lines(orderId, "1", 1, false).amountMinor()).isEqualTo(692);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.SHIPPED);
        assertThat(flow.shop.effects).noneMatch(effect -> effect.startsWith("Restock " + orderId));
        assertThat(lines(orderId, "1", 1, true).amountMinor()).isEqualTo(693);
        assertThat(flow.shop.effects).contains("Restock " + orderId + " 1x1");
        assertThat(refusal(() -> lines(orderId, "1", 1, true)).reason()).isEqualTo("REFUND_EXCEEDS_PAID");
        assertThat(flow.shop.effects).doesNotContain("Return " + orderId);
        assertThat(lines(orderId, "2", 1, false).amountMinor()).isEqualTo(315);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
        assertThat(flow.shop.effects).contains("Return " + orderId);
        assertThat(refusal(() -> flow.lifecycle.refund(whole(orderId, false), STAFF)).reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
    }

    @Test
    void amountIsRefundedAndTheOrderGoesOn() {
        String orderId = flow.paid(Optional.empty());
        NewRefund wanted = amount(orderId, 700);
        assertThat(flow.lifecycle.refund(wanted, STAFF).state()).isEqualTo(Refund.State.SUCCEEDED);
        assertThat(flow.lifecycle.refund(wanted, STAFF).refundId()).isEqualTo(wanted.refundId());
        assertThat(flow.shop.refunded.get(orderId)).hasValue(700);
        assertThat(flow.order(orderId).progress().refundedMinor()).isEqualTo(700);
        assertThat(ship(orderId).state()).isEqualTo(OrderState.SHIPPED);
        assertThat(flow.shop.effects).noneMatch(effect -> effect.startsWith("Restock " + orderId));
        assertThat(refusal(() -> flow.lifecycle.refund(amount(orderId, 2001), STAFF)).reason())
                .isEqualTo("REFUND_EXCEEDS_PAID");
    }

    @Test
    void declinedRefundLeavesTheOrderAsItWas() {
        String orderId = flow.paid(Optional.empty());
        ship(orderId);
        flow.shop.declineRefunds = true;
        try {
            RefusalException refusal = refusal(() -> flow.lifecycle.refund(whole(orderId, true), STAFF));
            assertThat(refusal.reason()).isEqualTo("PAYMENT_REFUND_DECLINED");
            Refund refund = flow.table.find(orderId, refusal.metadata().get("refund_id")).orElseThrow();
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
        Refund refund = flow.lifecycle.refund(whole(orderId, false), STAFF);
        assertThat(refund.state()).isEqualTo(Refund.State.PENDING);
        flow.sagas.down(false);
        sweepAfter("order_refund", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.REFUNDED);
    }

    @Test
    void twoRefundsPastWhatWasPaidAreOne() throws Exception {
        for (int round = 0; round < 6; round++) {
            String orderId = flow.paid(Optional.empty());
            List<Object> ends = atOnce(List.of(
                    () -> flow.lifecycle.refund(amount(orderId, 2000), STAFF).state(),
                    () -> flow.lifecycle.refund(amount(orderId, 1500), CUSTOMER).state()));
            assertThat(ends).contains(Refund.State.SUCCEEDED);
            assertThat(ends.stream()
                            .filter(RefusalException.class::isInstance)
                            .map(end -> ((RefusalException) end).reason()))
                    .containsExactly("REFUND_EXCEEDS_PAID");
            assertThat(flow.order(orderId).progress().refundedMinor())
                    .isEqualTo(flow.shop.refunded.get(orderId).get());
        }
    }

    @Test
    void ofRefundAndShippingOneWins() throws Exception {
        for (int round = 0; round < 8; round++) {
            String orderId = flow.paid(Optional.empty());
            List<Object> ends = atOnce(List.of(
                    () -> flow.lifecycle.refund(whole(orderId, false), CUSTOMER).state(), () -> ship(orderId).state()));
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
        cancel(orderId, CUSTOMER);
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
        Refund refund = flow.lifecycle.refund(amount(refunded, 100), STAFF);
        OrderRefundRequest again = OrderRefundRequest.newBuilder()
                .setOrderId(refunded)
                .setRefundId(refund.refundId())
                .build();
        flow.forgetBarriers();
        assertThat(flow.branch(refund.gid(), "action", "BeginRefund", again).code()).isEqualTo(Status.Code.OK);
        assertThat(flow.branch(refund.gid(), "action", "ConfirmRefund", again).code()).isEqualTo(Status.Code.OK);
        flow.forgetBarriers();
        assertThat(flow.branch("paid-x", "action", "MarkPaid", paidRequest(refunded)).code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.branch("place-" + refunded, "action", "Confirm", placement(refunded)).code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.order(refunded).progress().refundedMinor()).isEqualTo(100);
        assertThat(flow.state(refunded)).isEqualTo(OrderState.PAID);
    }

    @Test
    void refusedFirstStepRefusesAgain() {
        String orderId = flow.awaiting();
        flow.sagas.down(true);
        cancel(orderId, CUSTOMER);
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
        assertThat(flow.branch("cancel-" + orderId + "-1", "compensate", "UndoCancel", request).code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
        assertThat(flow.table.find(orderId, 1).orElseThrow().state()).isEqualTo(Cancellation.State.FAILED);
    }

    @Test
    void orderIsPaidOnlyWhenItIsPlacedAndNotWhenItIsGone() {
        String placing = flow.placing(Optional.empty());
        assertThat(flow.branch("paid-a", "action", "MarkPaid", paidRequest(placing)).code())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
        flow.table.confirm(placing, flow.table.databaseTime());
        assertThat(flow.branch("paid-a", "action", "MarkPaid", paidRequest(placing)).code())
                .isEqualTo(Status.Code.OK);
        assertThat(flow.order(placing).progress().paymentId()).contains("p1");
        String cancelled = flow.awaiting();
        cancel(cancelled, CUSTOMER);
        assertThat(flow.branch("paid-b", "action", "MarkPaid", paidRequest(cancelled)).code())
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
                .setPaidTime(com.google.protobuf.Timestamp.newBuilder().setSeconds(1_800_000_000))
                .build();
    }

    private static PlacementRequest placement(String orderId) {
        return PlacementRequest.newBuilder().setOrderId(orderId).build();
    }

    private Order cancel(String orderId, Guard guard) {
        return flow.lifecycle.cancel(orderId, CancelReason.USER, "changed my mind", guard);
    }

    private Order ship(String orderId) {
        return flow.lifecycle.ship(orderId, TRACKING, STAFF);
    }

    private NewRefund whole(String orderId, boolean restock) {
        return new NewRefund(
                nextRefundId(), orderId, OptionalLong.empty(), Optional.empty(), List.of(), restock, "broken");
    }

    private NewRefund amount(String orderId, long minor) {
        return new NewRefund(
                nextRefundId(), orderId, OptionalLong.of(minor), Optional.of("CNY"), List.of(), false, "late");
    }

    private Refund lines(String orderId, String productId, int quantity, boolean restock) {
        return flow.lifecycle.refund(
                new NewRefund(
                        nextRefundId(),
                        orderId,
                        OptionalLong.empty(),
                        Optional.empty(),
                        List.of(new Refund.Line(productId, quantity)),
                        restock,
                        "broken"),
                STAFF);
    }

    private String nextRefundId() {
        return "refund-" + refunds.incrementAndGet();
    }

    /// Sweeps as if what is PENDING had been submitted so long ago.
    private void sweepAfter(String table, Duration age) {
        flow.database.update(
                "UPDATE " + table + " SET submit_time = UTC_TIMESTAMP(3) - INTERVAL ? SECOND WHERE state = 'PENDING'",
                age.toSeconds());
        flow.service.bean(FlowSweeper.class).sweep();
    }

    private static RefusalException refusal(Callable<?> deed) {
        RefusalException refusal = catchThrowableOfType(RefusalException.class, deed::call);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    /// What each of them returned, or how it was refused; all begin at the same time.
    private static List<Object> atOnce(List<Callable<Object>> deeds) throws Exception {
        CyclicBarrier start = new CyclicBarrier(deeds.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> futures = new ArrayList<>();
            for (Callable<Object> deed : deeds) {
                futures.add(threads.submit(() -> {
                    start.await();
                    try {
                        return deed.call();
                    } catch (RefusalException e) {
                        return e;
                    }
                }));
            }
            List<Object> ends = new ArrayList<>();
            for (Future<Object> future : futures) {
                ends.add(future.get());
            }
            return ends;
        }
    }
}
