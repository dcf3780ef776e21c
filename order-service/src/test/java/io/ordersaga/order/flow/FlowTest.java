package io.ordersaga.order.flow;

import static io.ordersaga.order.flow.FlowFixture.CUSTOMER;
import static io.ordersaga.order.flow.FlowFixture.STAFF;
import static io.ordersaga.order.flow.FlowFixture.STRANGER;
import static io.ordersaga.order.flow.FlowFixture.TRACKING;
import static io.ordersaga.order.flow.FlowFixture.atOnce;
import static io.ordersaga.order.flow.FlowFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Tracking;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What happens to an order after it was placed, with its sagas run for real. Every test has orders of its
/// own; the races are run on several.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowTest {
    private static final FlowConfig CONFIG = new FlowConfig(
            Duration.ofSeconds(20),
            new FlowConfig.Timers(Duration.ofHours(1), 2, Duration.ofDays(15), Duration.ofSeconds(30)),
            new FlowConfig.Sweep(Duration.ofSeconds(30), Duration.ofHours(1), 100));

    private final FlowFixture flow;
    private final SettableClock clock;
    private final OrderTimers timers;

    FlowTest(TestDatabase database) {
        flow = new FlowFixture(database);
        clock = new SettableClock(flow.table.databaseTime());
        timers = new OrderTimers(
                flow.table, flow.service.bean(FlowSweeper.class), flow.service.bean(FlowSagas.class), CONFIG, clock);
    }

    @AfterAll
    void stop() {
        flow.close();
    }

    // Cancelling

    @Test
    void cancellingClosesThePaymentAndGivesEverythingBack() {
        String orderId = flow.awaiting(Optional.of("7"));
        Order order = flow.cancel(orderId, CUSTOMER);
        assertThat(order.state()).isEqualTo(OrderState.CANCELLED);
        assertThat(order.progress().cancelReason()).contains(CancelReason.USER);
        assertThat(flow.shop.payments).containsEntry(orderId, Participants.Payment.CLOSED);
        assertThat(flow.timeline(orderId)).containsExactly("CREATED", "PLACED", "CANCELLATION_BEGUN", "CANCELLED");
        DtmRequest saga = flow.sagas.submissions("cancel-" + orderId + "-1").getFirst();
        assertThat(SagaRunner.stepsOf(saga))
                .containsExactly(
                        "OrderBranches/BeginCancel / OrderBranches/UndoCancel",
                        "PayBranches/Close",
                        "StockBranches/Release",
                        "CouponBranches/Unlock",
                        "OrderBranches/ConfirmCancel");
        assertThat(saga.getTransOptions().getBranchHeadersMap())
                .containsEntry("saga-definition", "cancel/1")
                .containsEntry("saga-tag-saga", "cancel")
                .containsKeys("saga-business-key", "saga-tag-user");
    }

    @Test
    void cancellingACancelledOrderShowsIt() {
        String orderId = flow.awaiting();
        long version = flow.cancel(orderId, CUSTOMER).version();
        assertThat(flow.cancel(orderId, CUSTOMER).version()).isEqualTo(version);
        assertThat(flow.timeline(orderId)).hasSize(4);
    }

    @Test
    void orderThatIsBeingPlacedIsNotCancelledYet() {
        String orderId = flow.placing(Optional.empty());
        RefusalException refusal = refusal(() -> flow.cancel(orderId, CUSTOMER));
        assertThat(refusal.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(refusal.reason()).isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PLACING);
    }

    @Test
    void paymentThatCameFirstKeepsTheOrder() {
        String orderId = flow.awaiting();
        flow.shop.capture(orderId);
        RefusalException refusal = refusal(() -> flow.cancel(orderId, CUSTOMER));
        assertThat(refusal.reason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        assertThat(flow.shop.effects).doesNotContain("Release " + orderId);
        assertThat(flow.pay(orderId)).isTrue();
        assertThat(flow.state(orderId)).isEqualTo(OrderState.PAID);
        assertThat(refusal(() -> flow.cancel(orderId, CUSTOMER)).reason()).isEqualTo("PAYMENT_ALREADY_PAID");
        assertThat(flow.timeline(orderId))
                .containsExactly("CREATED", "PLACED", "CANCELLATION_BEGUN", "CANCELLATION_UNDONE", "PAID");
    }

    @Test
    void onlyTheOwnerAndStaffCancelAndOnlyTheVersionThatTheyHaveSeen() {
        String orderId = flow.awaiting();
        assertThat(refusal(() -> flow.cancel(orderId, STRANGER)).code()).isEqualTo(Status.Code.NOT_FOUND);
        Guard old = new Guard(CUSTOMER.caller(), OptionalLong.of(1));
        assertThat(refusal(() -> flow.cancel(orderId, old)).reason()).isEqualTo("ETAG_MISMATCH");
        assertThat(flow.cancel(orderId, new Guard(STAFF.caller(), OptionalLong.of(2)))
                        .state())
                .isEqualTo(OrderState.CANCELLED);
    }

    @Test
    void wishThatTheCoordinatorDidNotHearIsSweptJustAsItWas() {
        String orderId = flow.awaiting();
        String gid = "cancel-" + orderId + "-1";
        flow.sagas.down(true);
        assertThat(flow.cancel(orderId, CUSTOMER).state()).isEqualTo(OrderState.AWAITING_PAYMENT);
        flow.sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        flow.sagas.down(false);
        flow.sweepAfter("order_cancellation", Duration.ofSeconds(10));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.AWAITING_PAYMENT);
        flow.sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.CANCELLED);
        List<DtmRequest> submissions = flow.sagas.submissions(gid);
        assertThat(submissions.getLast().getBinPayloadsList())
                .isEqualTo(submissions.getFirst().getBinPayloadsList());
        assertThat(submissions.getLast().getSteps())
                .isEqualTo(submissions.getFirst().getSteps());
    }

    @Test
    void cancellationWhoseSagaWasGivenUpIsUndoneAndAnotherMayFollow() {
        String orderId = flow.awaiting();
        flow.sagas.down(true);
        flow.cancel(orderId, CUSTOMER);
        flow.sagas.down(false);
        flow.sagas.end("cancel-" + orderId + "-1", "failed");
        flow.sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.table.find(orderId, 1).orElseThrow().state()).isEqualTo(Cancellation.State.FAILED);
        assertThat(flow.cancel(orderId, CUSTOMER).state()).isEqualTo(OrderState.CANCELLED);
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
        assertThat(flow.shop.effects.stream().filter(("Release " + orderId)::equals))
                .hasSize(1);
    }

    @Test
    void paymentAndCancellationAtTheSameInstantEndAsOneOfThem() throws Exception {
        for (int round = 0; round < 12; round++) {
            String orderId = flow.awaiting();
            List<Object> ends = atOnce(List.of(
                    () -> flow.cancel(orderId, CUSTOMER).state(), () -> flow.pay(orderId), () -> flow.pay(orderId)));
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
        List<String> orders =
                List.of(flow.awaiting(), flow.awaiting(), flow.awaiting(), flow.awaiting(), flow.awaiting());
        String paid = flow.paid(Optional.empty());
        Instant expiry = flow.order(orders.getLast()).progress().expireTime().orElseThrow();
        clock.set(flow.order(orders.getFirst())
                .progress()
                .expireTime()
                .orElseThrow()
                .minusMillis(1));
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
        flow.sweepAfter("order_cancellation", Duration.ofSeconds(60));
        assertThat(flow.state(orderId)).isEqualTo(OrderState.CANCELLED);
    }

    @Test
    void closerThatComesTooLateNeverOverwritesAPayment() {
        String orderId = flow.awaiting();
        // By the clock of the failure, after which the order is left alone for a while.
        clock.set(flow.table.databaseTime());
        flow.database.update(
                "UPDATE orders SET expire_time = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE order_id = ?", orderId);
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
        flow.ship(orderId);
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
        assertThat(refusal(() -> flow.lifecycle.ship(orderId, TRACKING, CUSTOMER))
                        .code())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(flow.ship(orderId).delivery().tracking()).contains(TRACKING);
        assertThat(flow.ship(orderId).version()).isEqualTo(flow.order(orderId).version());
        assertThat(refusal(() -> flow.lifecycle.ship(orderId, new Tracking("SF", "other"), STAFF))
                        .reason())
                .isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(refusal(() -> flow.lifecycle.confirmReceipt(orderId, STRANGER))
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(flow.lifecycle.confirmReceipt(orderId, CUSTOMER).state()).isEqualTo(OrderState.COMPLETED);
        assertThat(flow.lifecycle.confirmReceipt(orderId, CUSTOMER).state()).isEqualTo(OrderState.COMPLETED);
        assertThat(flow.timeline(orderId)).containsExactly("CREATED", "PLACED", "PAID", "SHIPPED", "COMPLETED");
    }

    @Test
    void unpaidOrderIsNotShipped() {
        String orderId = flow.awaiting();
        assertThat(refusal(() -> flow.ship(orderId)).reason()).isEqualTo("ORDER_STATE_CONFLICT");
    }
}
