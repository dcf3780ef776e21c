package io.ordersaga.order.flow;

import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import io.ordersaga.order.CancelReason;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderChange;
import io.ordersaga.order.OrderEvent;
import io.ordersaga.order.OrderProtos;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.Rejection;
import io.ordersaga.order.TraceParent;
import io.ordersaga.order.flow.CancellationTable.NewCancellation;
import io.ordersaga.order.v1.CancellationRequest;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cancels an order that awaits its payment: stores the wish, and hands the coordinator the saga that
/// carries it out.
///
/// A payment may arrive at the same moment. Which of the two comes first is decided by pay-service, where
/// closing a payment and capturing it are the same change of one row: either the order is cancelled and its
/// payment closed, or it goes on and the cancellation has failed with PAYMENT_ALREADY_PAID.
final class CancelOrder {
    private static final Logger log = LoggerFactory.getLogger(CancelOrder.class);

    /// The steps of the saga that new cancellations are carried out with.
    static final String DEFINITION = "cancel/1";

    /// The order changed while it was looked at so often; somebody else is at work on it.
    private static final int ATTEMPTS = 3;

    private final FlowTable table;
    private final FlowSagas sagas;

    CancelOrder(FlowTable table, FlowSagas sagas) {
        this.table = table;
        this.sagas = sagas;
    }

    /// What cancelling takes, one step after the other. Closing the payment is the step after which there
    /// is no way back: it refuses when the payment came first, and then only the first step is undone;
    /// those behind it refuse nothing. The same cancellation always makes the same saga, so that it can be
    /// submitted again.
    Saga saga(Order order, Cancellation cancellation) {
        String definition = cancellation.sagaDefinition();
        if (!BranchTransport.steps(definition).equals(DEFINITION)) {
            throw new IllegalStateException("there is no saga " + definition);
        }
        CancellationRequest request = CancellationRequest.newBuilder()
                .setOrderId(order.orderId())
                .setCancellationId(cancellation.cancellationId())
                .setReason(cancellation.reason().name())
                .build();

        BranchRoutes at = sagas.routes(definition);
        Saga saga = FlowSagas.begin(cancellation.gid(), definition, order, cancellation.traceParent());
        saga = saga.step(
                at.order(OrderBranchesGrpc.getBeginCancelMethod()),
                at.order(OrderBranchesGrpc.getUndoCancelMethod()),
                at.payload(request));
        saga = saga.step(at.pay(PayBranchesGrpc.getCloseMethod()), "", at.payload(OrderProtos.payment(order)));
        saga = saga.step(
                at.stock(StockBranchesGrpc.getReleaseMethod()), "", at.payload(OrderProtos.reservation(order)));
        if (order.couponId().isPresent()) {
            saga = saga.step(
                    at.coupon(CouponBranchesGrpc.getUnlockMethod()),
                    "",
                    at.payload(OrderProtos.couponLock(order, order.couponId().get())));
        }
        return saga.step(at.order(OrderBranchesGrpc.getConfirmCancelMethod()), "", at.payload(request));
    }

    /// Cancels the order and waits a moment for the outcome; see [io.ordersaga.order.Lifecycle#cancel].
    Order cancel(String orderId, CancelReason reason, String comment, Guard guard) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Order order = wish(orderId, reason, comment, guard);
            if (order.state() == OrderState.CANCELLED) {
                return order;
            }
            Optional<Cancellation> cancellation =
                    table.findLast(orderId).filter(last -> last.state() == Cancellation.State.PENDING);
            if (cancellation.isPresent()) {
                return carryOut(order, cancellation.get());
            }
            log.info("Order {} changed while it was to be cancelled", orderId);
        }
        throw FlowRefusals.conflictForNow(
                orderId, table.findState(orderId).orElseThrow(() -> Refusals.orderNotFound(orderId)));
    }

    /// See [io.ordersaga.order.Lifecycle#wishToCancel].
    ///
    /// @return the order as it was before
    Order wish(String orderId, CancelReason reason, String comment, Guard guard) {
        Order order = table.find(orderId, guard.owner()).orElseThrow(() -> Refusals.orderNotFound(orderId));
        if (order.state() == OrderState.CANCELLED || order.state() == OrderState.CANCELLING) {
            return order;
        }
        refuseUnlessCancellable(order, guard);
        table.open(
                orderId,
                guard.owner().orElse(null),
                version(guard),
                new NewCancellation(
                        reason,
                        comment,
                        guard.actor(),
                        sagas.definition(DEFINITION),
                        TraceParent.current().orElse(null)),
                table.databaseTime());
        return order;
    }

    private static void refuseUnlessCancellable(Order order, Guard guard) {
        switch (order.state()) {
            case PLACING -> throw FlowRefusals.conflictForNow(order.orderId(), order.state());
            case REJECTED -> throw Refusals.stateConflict(order);
            case PAID, SHIPPED, COMPLETED, REFUNDING, REFUNDED ->
                throw FlowRefusals.alreadyPaid(order.orderId(), order.state());
            case AWAITING_PAYMENT, CANCELLING, CANCELLED -> {}
        }
        if (guard.version().isPresent() && guard.version().getAsLong() != order.version()) {
            throw Refusals.etagMismatch(order);
        }
    }

    private static @Nullable Long version(Guard guard) {
        return guard.version().isPresent() ? Long.valueOf(guard.version().getAsLong()) : null;
    }

    private Order carryOut(Order order, Cancellation cancellation) {
        String orderId = order.orderId();
        sagas.submitAndWait(saga(order, cancellation));
        Optional<Rejection> failure =
                table.find(orderId, cancellation.cancellationNo()).flatMap(Cancellation::failure);
        if (failure.isPresent()) {
            throw FlowRefusals.failed(failure.get(), "order_id", orderId);
        }
        return table.find(orderId).orElseThrow(() -> Refusals.orderNotFound(orderId));
    }

    /// First step: the order is CANCELLING. An order that is anything else than AWAITING_PAYMENT is not
    /// cancelled; the cancellation has failed then, and its row says why.
    static void begin(FlowTable table, Cancellation cancellation, Instant now) {
        if (cancellation.state() != Cancellation.State.PENDING) {
            return;
        }
        String orderId = cancellation.orderId();
        OrderChange change = OrderChange.of(orderId, OrderEvent.Type.CANCELLATION_BEGUN, OrderState.CANCELLING)
                .cancelled(cancellation.reason())
                .by(cancellation.actor())
                .in(cancellation.gid())
                .detail("comment", cancellation.comment())
                .detail("saga_definition", cancellation.sagaDefinition());
        if (table.change(change, now)) {
            log.info("Cancelling: {}", cancellation.reason());
            return;
        }
        Optional<OrderState> state = table.findState(orderId);
        // The only cancellation that is PENDING is the one that made it so.
        if (state.isPresent() && state.get() != OrderState.CANCELLING) {
            Rejection failure = switch (state.get()) {
                case PAID, SHIPPED, COMPLETED, REFUNDING, REFUNDED ->
                    FlowRefusals.alreadyPaidMeanwhile(orderId, state.get());
                case PLACING, AWAITING_PAYMENT, REJECTED, CANCELLING, CANCELLED ->
                    FlowRefusals.stateConflict(orderId, state.get());
            };
            table.failCancellation(cancellation, failure, now);
        }
    }

    /// Undoes [#begin]: the order awaits its payment again.
    static void undo(FlowTable table, Cancellation cancellation, Rejection reason, Instant now) {
        if (table.failCancellation(cancellation, reason, now)) {
            OrderChange change = OrderChange.of(
                            cancellation.orderId(), OrderEvent.Type.CANCELLATION_UNDONE, OrderState.AWAITING_PAYMENT)
                    .from(OrderState.CANCELLING)
                    .in(cancellation.gid())
                    .detail("reason", reason.reason())
                    .detail("message", reason.message());
            if (table.change(change, now)) {
                log.info("Not cancelled: {}", reason.reason());
            }
        }
    }

    /// Last step: the order is CANCELLED.
    static void confirm(FlowTable table, Cancellation cancellation, Instant now) {
        if (!table.succeedCancellation(cancellation, now)) {
            return;
        }
        OrderChange change = OrderChange.of(cancellation.orderId(), OrderEvent.Type.CANCELLED, OrderState.CANCELLED)
                .in(cancellation.gid())
                .detail("reason", cancellation.reason().name());
        if (!table.change(change, now)) {
            throw new IllegalStateException("order " + cancellation.orderId() + " is not CANCELLING any more");
        }
        log.info("Cancelled: {}", cancellation.reason());
    }
}
