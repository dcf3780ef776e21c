package io.ordersaga.order;

/// Why an order is cancelled.
public enum CancelReason {
    /// The customer wanted it.
    USER,
    /// It was not paid in time.
    PAYMENT_TIMEOUT,
    /// The shop wanted it.
    STAFF,
    /// It looked like fraud.
    FRAUD
}
