package io.ordersaga.pay;

/// PENDING <-> PROCESSING, either -> CLOSED or PAID; PAID -> PARTIALLY_REFUNDED -> REFUNDED. Each step
/// is one compare-and-set statement of [PaymentTable], so of two that race exactly one happens.
public enum PaymentState {
    /// Can be paid.
    PENDING,
    /// Can no longer be paid. Money that comes all the same is given back.
    CLOSED,
    /// The customer has paid, the provider has not decided.
    PROCESSING,
    /// The money is here.
    PAID,
    /// A part of the money was given back.
    PARTIALLY_REFUNDED,
    /// All of it was given back.
    REFUNDED;

    /// Whether the money came while it was wanted.
    boolean paid() {
        return switch (this) {
            case PAID, PARTIALLY_REFUNDED, REFUNDED -> true;
            case PENDING, PROCESSING, CLOSED -> false;
        };
    }

    /// Whether it may still be paid.
    boolean open() {
        return this == PENDING || this == PROCESSING;
    }
}
