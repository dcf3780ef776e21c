package io.ordersaga.order.flow;

import io.ordersaga.order.Guard;
import io.ordersaga.order.Lifecycle.NewRefund;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderLine;
import io.ordersaga.order.OrderState;
import io.ordersaga.order.Refund;
import io.ordersaga.order.Refusals;
import io.ordersaga.order.TraceParent;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What may be refunded of an order, and what a refund is worth. Pure.
final class RefundTerms {
    /// Of one order.
    static final int REFUNDS_MAX = 100;

    private final Order order;
    private final Known known;
    private final String definition;

    /// The refunds that an order has.
    ///
    /// @param refunds how many, ended or not
    /// @param pending how many of them have not ended
    /// @param pendingMinor what these add up to, in minor units
    record Known(int refunds, int pending, long pendingMinor) {}

    /// @param order as it is while its row is held
    /// @param definition of the saga that is to carry out the refund
    RefundTerms(Order order, Known known, String definition) {
        this.order = order;
        this.known = known;
        this.definition = definition;
    }

    /// The refund that is wanted, or a refusal.
    OpenRefund judge(NewRefund wanted, Guard guard, Instant now) {
        OrderState state = order.state();
        switch (state) {
            case PLACING, AWAITING_PAYMENT, CANCELLING, REJECTED, CANCELLED -> throw Refusals.stateConflict(order);
            case PAID, SHIPPED, COMPLETED, REFUNDING, REFUNDED -> {}
        }
        if (guard.version().isPresent() && guard.version().getAsLong() != order.version()) {
            throw Refusals.etagMismatch(order);
        }
        if (wanted.currency().isPresent()
                && !wanted.currency().get().equals(order.price().currency())) {
            throw Refusals.DOMAIN.invalidField(
                    "amount.currency_code", "the order is in " + order.price().currency());
        }
        long left = order.refundableMinor() - known.pendingMinor();
        long amount = amount(wanted, left);
        List<Refund.Line> everything = everythingLeft();
        if (amount > left || (amount == 0 && !aboutPieces(wanted, everything))) {
            throw FlowRefusals.exceedsPaid(order.orderId(), amount, left);
        }
        if (known.pending() > 0 || state == OrderState.REFUNDING) {
            // It would fit, but one at a time.
            throw FlowRefusals.conflictForNow(order.orderId(), OrderState.REFUNDING);
        }
        if (known.refunds() >= REFUNDS_MAX) {
            throw FlowRefusals.tooManyRefunds(order.orderId(), REFUNDS_MAX);
        }
        boolean whole = amount == left && (left > 0 || isAll(wanted, everything));
        List<Refund.Line> lines = whole ? everything : wanted.lines();
        if (wanted.restock() && lines.isEmpty()) {
            throw Refusals.DOMAIN.invalidField("restock", "an amount does not say which pieces come back");
        }
        Refund refund = new Refund(
                wanted.refundId(),
                order.orderId(),
                Refund.State.PENDING,
                order.price().currency(),
                amount,
                lines,
                wanted.restock(),
                wanted.reason(),
                Optional.empty(),
                now,
                now);
        boolean returnsStock = !lines.isEmpty() && (wanted.restock() || state == OrderState.PAID);
        return new OpenRefund(refund, state, whole, returnsStock, definition, TraceParent.current());
    }

    /// Whether it gives pieces back: then it may be worth nothing, because they were free, or a coupon covered them.
    private static boolean aboutPieces(NewRefund wanted, List<Refund.Line> everything) {
        return wanted.amountMinor().isEmpty() && !everything.isEmpty();
    }

    private static boolean isAll(NewRefund wanted, List<Refund.Line> everything) {
        return wanted.lines().isEmpty() || Set.copyOf(wanted.lines()).equals(Set.copyOf(everything));
    }

    private long amount(NewRefund wanted, long left) {
        if (wanted.amountMinor().isPresent()) {
            return wanted.amountMinor().getAsLong();
        }
        return wanted.lines().isEmpty()
                ? left
                : wanted.lines().stream().mapToLong(this::worth).sum();
    }

    private long worth(Refund.Line wanted) {
        OrderLine line = order.lines().stream()
                .filter(candidate -> candidate.productId().equals(wanted.productId()))
                .findFirst()
                .orElseThrow(() -> FlowRefusals.exceedsLine(order.orderId(), wanted, 0));
        int left = line.quantity() - line.refundedQuantity();
        if (wanted.quantity() > left) {
            throw FlowRefusals.exceedsLine(order.orderId(), wanted, left);
        }
        return worth(line, line.refundedQuantity() + wanted.quantity()) - worth(line, line.refundedQuantity());
    }

    /// What so many pieces of a line are worth, rounded down. Refunded piece by piece they are worth
    /// together what was paid for the line, to the last minor unit.
    private static long worth(OrderLine line, int pieces) {
        return BigInteger.valueOf(line.payableMinor())
                .multiply(BigInteger.valueOf(pieces))
                .divide(BigInteger.valueOf(line.quantity()))
                .longValueExact();
    }

    private List<Refund.Line> everythingLeft() {
        List<Refund.Line> lines = new ArrayList<>();
        for (OrderLine line : order.lines()) {
            if (line.refundedQuantity() < line.quantity()) {
                lines.add(new Refund.Line(line.productId(), line.quantity() - line.refundedQuantity()));
            }
        }
        return lines;
    }
}
