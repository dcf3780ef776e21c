package io.ordersaga.order;

import java.util.Arrays;
import java.util.List;

/// Where an order stands.
public enum OrderState {
    /// Its saga is running; nothing can be paid yet.
    PLACING,
    /// Placed: stock is held, the coupon locked, the payment open.
    AWAITING_PAYMENT,
    /// Not placed, and everything undone.
    REJECTED;

    /// The table of legal changes; the guards of [OrderTable] are made from it.
    List<OrderState> successors() {
        return switch (this) {
            case PLACING -> List.of(AWAITING_PAYMENT, REJECTED);
            // Only by a saga that is rolled back although its last step was done: a participant's answer was lost for
            // good, or an operator decided so. Everything else is undone by then.
            case AWAITING_PAYMENT -> List.of(REJECTED);
            case REJECTED -> List.of();
        };
    }

    boolean canBecome(OrderState next) {
        return successors().contains(next);
    }

    /// The states that may become this one.
    List<OrderState> predecessors() {
        return Arrays.stream(values()).filter(state -> state.canBecome(this)).toList();
    }
}
