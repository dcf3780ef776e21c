package io.ordersaga.order;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Where an order stands.
public enum OrderState {
    /// Its saga is running; nothing can be paid yet.
    PLACING,
    /// Placed: stock is held, the coupon locked, the payment open.
    AWAITING_PAYMENT,
    /// Not placed, and everything undone.
    REJECTED,
    /// The money is there, the stock is the customer's.
    PAID,
    /// On its way.
    SHIPPED,
    /// Received.
    COMPLETED,
    /// Being cancelled; it can still turn out to be paid.
    CANCELLING,
    /// Nothing is held and nothing can be paid any more.
    CANCELLED,
    /// A refund is under way.
    REFUNDING,
    /// Everything was paid back.
    REFUNDED;

    /// The table of legal changes; the guards of [OrderTable] are made from it.
    public List<OrderState> successors() {
        return switch (this) {
            // PAID at once when a coupon covers everything.
            case PLACING -> List.of(AWAITING_PAYMENT, REJECTED, PAID);
            // REJECTED only by a saga that is rolled back although its last step was done: a participant's answer was
            // lost for good, or an operator decided so. Everything else is undone by then.
            case AWAITING_PAYMENT -> List.of(REJECTED, PAID, CANCELLING);
            case REJECTED, CANCELLED, REFUNDED -> List.of();
            case PAID -> List.of(SHIPPED, REFUNDING);
            case SHIPPED -> List.of(COMPLETED, REFUNDING);
            case COMPLETED -> List.of(REFUNDING);
            // Back, when the payment came first.
            case CANCELLING -> List.of(AWAITING_PAYMENT, CANCELLED);
            // Back to what it was, when only a part is refunded or nothing after all.
            case REFUNDING -> List.of(PAID, SHIPPED, COMPLETED, REFUNDED);
        };
    }

    public boolean canBecome(OrderState next) {
        return successors().contains(next);
    }

    /// The states that may become this one.
    public List<OrderState> predecessors() {
        return where(state -> state.canBecome(this));
    }

    static List<OrderState> where(Predicate<OrderState> wanted) {
        return Arrays.stream(values()).filter(wanted).toList();
    }

    /// Whether nothing happens to it any more by itself; such an order can be deleted.
    public boolean isEnd() {
        return switch (this) {
            case REJECTED, COMPLETED, CANCELLED, REFUNDED -> true;
            case PLACING, AWAITING_PAYMENT, PAID, SHIPPED, CANCELLING, REFUNDING -> false;
        };
    }

    /// Whether address and note can still be changed.
    public boolean isBeforeShipping() {
        return switch (this) {
            case PLACING, AWAITING_PAYMENT, PAID -> true;
            case REJECTED, SHIPPED, COMPLETED, CANCELLING, CANCELLED, REFUNDING, REFUNDED -> false;
        };
    }

    /// The table as `docs/orders.md` shows it.
    static String render() {
        return Arrays.stream(values())
                .map(state -> "| " + state + " | "
                        + state.successors().stream().map(OrderState::name).collect(Collectors.joining(", ")) + " |")
                .collect(Collectors.joining("\n"));
    }
}
