package io.ordersaga.order.webhook;

/// Where a delivery stands.
public enum DeliveryState {
    /// To be sent, for the first time or again.
    PENDING,
    /// Received with 2xx.
    DELIVERED,
    /// Given up until somebody asks for a redelivery.
    PARKED
}
