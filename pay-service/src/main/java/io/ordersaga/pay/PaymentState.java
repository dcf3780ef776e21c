package io.ordersaga.pay;

/// PENDING -> CLOSED.
public enum PaymentState {
    /// Can be paid.
    PENDING,
    /// Can no longer be paid.
    CLOSED
}
