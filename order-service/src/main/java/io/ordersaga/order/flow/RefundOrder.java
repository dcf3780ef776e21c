package io.ordersaga.order.flow;

import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.coupon.v1.CouponReturnRequest;
import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.kit.BranchTransport;
import io.ordersaga.order.Guard;
import io.ordersaga.order.Lifecycle.NewRefund;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderChange;
import io.ordersaga.order.OrderEvent;
import io.ordersaga.order.OrderProtos;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.Rejection;
import io.ordersaga.order.v1.OrderBranchesGrpc;
import io.ordersaga.order.v1.OrderRefundRequest;
import io.ordersaga.pay.v1.PayBranchesGrpc;
import io.ordersaga.pay.v1.RefundPaymentRequest;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.stock.v1.RestockLine;
import io.ordersaga.stock.v1.RestockRequest;
import io.ordersaga.stock.v1.StockBranchesGrpc;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pays back all or a part of a paid order: stores the refund, and hands the coordinator the saga that
/// carries it out.
///
/// An order has one refund under way at most, and while it has, it is REFUNDING: it is neither shipped nor
/// refunded a second time. What a refund may be is judged while its order's row is held, so that two of
/// them never add up to more than was paid.
final class RefundOrder {
    private static final Logger log = LoggerFactory.getLogger(RefundOrder.class);

    /// The steps of the saga that new refunds are carried out with.
    private static final String DEFINITION = "refund/1";

    /// Characters of the reason that pay-service takes.
    private static final int REASON_LENGTH_MAX = 200;

    private final FlowTable table;
    private final FlowSagas sagas;

    RefundOrder(FlowTable table, FlowSagas sagas) {
        this.table = table;
        this.sagas = sagas;
    }

    /// What a refund takes, one step after the other. Paying back is the step after which there is no way
    /// back: it may be declined, and then only the first step is undone; those behind it refuse nothing.
    /// Pieces that are worth nothing go back without it; the last of an order that cost nothing end its payment.
    /// The same refund always makes the same saga, so that it can be submitted again.
    Saga saga(Order order, OpenRefund open) {
        String definition = open.sagaDefinition();
        if (!BranchTransport.steps(definition).equals(DEFINITION)) {
            throw new IllegalStateException("there is no saga " + definition);
        }
        Refund refund = open.refund();
        OrderRefundRequest request = OrderRefundRequest.newBuilder()
                .setOrderId(refund.orderId())
                .setRefundId(refund.refundId())
                .build();

        BranchRoutes at = sagas.routes(definition);
        Saga saga = FlowSagas.begin(refund.gid(), definition, order, open.traceParent());
        saga = saga.step(
                at.order(OrderBranchesGrpc.getBeginRefundMethod()),
                at.order(OrderBranchesGrpc.getUndoRefundMethod()),
                at.payload(request));
        if (refund.amountMinor() > 0 || open.whole()) {
            saga = saga.step(at.pay(PayBranchesGrpc.getRefundMethod()), "", at.payload(payment(refund)));
        }
        if (open.returnsStock()) {
            saga = saga.step(at.stock(StockBranchesGrpc.getRestockMethod()), "", at.payload(restock(refund)));
        }
        if (open.whole() && order.couponId().isPresent()) {
            saga = saga.step(
                    at.coupon(CouponBranchesGrpc.getReturnMethod()),
                    "",
                    at.payload(CouponReturnRequest.newBuilder()
                            .setOrderId(refund.orderId())
                            .setRefundId(refund.refundId())
                            .build()));
        }
        return saga.step(at.order(OrderBranchesGrpc.getConfirmRefundMethod()), "", at.payload(request));
    }

    private static RefundPaymentRequest payment(Refund refund) {
        String reason = refund.reason();
        int length = reason.codePointCount(0, reason.length());
        return RefundPaymentRequest.newBuilder()
                .setOrderId(refund.orderId())
                .setRefundId(refund.refundId())
                .setAmount(OrderProtos.money(refund.currency(), refund.amountMinor()))
                .setReason(
                        length <= REASON_LENGTH_MAX
                                ? reason
                                : reason.substring(0, reason.offsetByCodePoints(0, REASON_LENGTH_MAX)))
                .build();
    }

    private static RestockRequest restock(Refund refund) {
        RestockRequest.Builder request =
                RestockRequest.newBuilder().setOrderId(refund.orderId()).setRefundId(refund.refundId());
        for (Refund.Line line : refund.lines()) {
            request.addLines(
                    RestockLine.newBuilder().setProductId(line.productId()).setQuantity(line.quantity()));
        }
        return request.build();
    }

    /// Refunds the order and waits a moment for the outcome; see [io.ordersaga.order.Lifecycle#refund].
    Refund refund(NewRefund wanted, Guard guard) {
        OpenRefund open = wish(wanted, guard);
        Refund refund = open.refund();
        if (refund.state() == Refund.State.PENDING) {
            Order order = table.find(refund.orderId()).orElseThrow(() -> Refusals.orderNotFound(refund.orderId()));
            sagas.submitAndWait(saga(order, open));
        }
        Refund current = table.find(refund.orderId(), refund.refundId()).orElse(refund);
        if (current.failure().isPresent()) {
            throw FlowRefusals.failed(current.failure().get(), "refund_id", current.refundId());
        }
        return current;
    }

    /// See [io.ordersaga.order.Lifecycle#wishToRefund].
    OpenRefund wish(NewRefund wanted, Guard guard) {
        return table.inTransaction(() -> open(wanted, guard));
    }

    private OpenRefund open(NewRefund wanted, Guard guard) {
        String orderId = wanted.orderId();
        if (table.lock(orderId, guard.owner().orElse(null)).isEmpty()) {
            throw Refusals.orderNotFound(orderId);
        }
        Optional<OpenRefund> known = table.findOpenRefund(orderId, wanted.refundId());
        if (known.isPresent()) {
            return known.get();
        }
        Order order = table.find(orderId).orElseThrow(() -> Refusals.orderNotFound(orderId));
        OpenRefund open = new RefundTerms(order, table.refundsOf(orderId), sagas.definition(DEFINITION))
                .judge(wanted, guard, table.databaseTime());
        table.insert(open);
        return open;
    }

    /// First step: the order is REFUNDING. An order that was shipped in the meantime is not refunded as one
    /// that was not; the refund has failed then, and its row says why.
    static void begin(FlowTable table, OpenRefund open, Instant now) {
        Refund refund = open.refund();
        if (refund.state() != Refund.State.PENDING) {
            return;
        }
        OrderChange change = OrderChange.of(refund.orderId(), OrderEvent.Type.REFUND_BEGUN, OrderState.REFUNDING)
                .in(refund.gid())
                .detail("refund_id", refund.refundId())
                .detail("amount_minor", Long.toString(refund.amountMinor()))
                .detail("saga_definition", open.sagaDefinition());
        change = open.orderState() == OrderState.PAID
                ? change.from(OrderState.PAID)
                : change.from(OrderState.SHIPPED, OrderState.COMPLETED);
        if (table.change(change, now)) {
            log.info("Refunding {} {}", refund.amountMinor(), refund.currency());
            return;
        }
        Optional<OrderState> state = table.findState(refund.orderId());
        // The only refund that is PENDING is the one that made it so.
        if (state.isPresent() && state.get() != OrderState.REFUNDING) {
            table.fail(refund.refundId(), FlowRefusals.stateConflict(refund.orderId(), state.get()), now);
        }
    }

    /// Undoes [#begin]: the order is what it was.
    static void undo(FlowTable table, OpenRefund open, Rejection reason, Instant now) {
        Refund refund = open.refund();
        if (!table.fail(refund.refundId(), reason, now)) {
            return;
        }
        Optional<Order> order = table.find(refund.orderId());
        if (order.isPresent() && order.get().state() == OrderState.REFUNDING) {
            OrderChange change = OrderChange.of(refund.orderId(), OrderEvent.Type.REFUND_UNDONE, before(order.get()))
                    .from(OrderState.REFUNDING)
                    .in(refund.gid())
                    .detail("refund_id", refund.refundId())
                    .detail("reason", reason.reason())
                    .detail("message", reason.message());
            if (table.change(change, now)) {
                log.info("Not refunded: {}", reason.reason());
            }
        }
    }

    /// Last step: the refund has SUCCEEDED, and the order is REFUNDED, or what it was when something is
    /// left of it.
    static void confirm(FlowTable table, OpenRefund open, Instant now) {
        Refund refund = open.refund();
        if (!table.succeed(refund.refundId(), now)) {
            return;
        }
        Order order = table.find(refund.orderId())
                .orElseThrow(() -> new IllegalStateException("order " + refund.orderId() + " is gone"));
        OrderChange change = open.whole()
                ? OrderChange.of(refund.orderId(), OrderEvent.Type.REFUNDED, OrderState.REFUNDED)
                : OrderChange.of(refund.orderId(), OrderEvent.Type.PARTLY_REFUNDED, before(order));
        if (!table.change(
                change.from(OrderState.REFUNDING).in(refund.gid()).refunded(refund.refundId(), refund.amountMinor()),
                now)) {
            throw new IllegalStateException("order " + refund.orderId() + " is " + order.state());
        }
        for (Refund.Line line : refund.lines()) {
            table.addRefunded(refund.orderId(), line);
        }
        log.info("Refunded {} {}", refund.amountMinor(), refund.currency());
    }

    /// What an order that is REFUNDING was before.
    private static OrderState before(Order order) {
        return order.progress()
                .stateBefore()
                .orElseThrow(() -> new IllegalStateException("order " + order.orderId() + " was never anything else"));
    }
}
