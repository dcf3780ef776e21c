package io.ordersaga.coordinator.engine;

/// The right to work on one saga until it runs out. Each new owner gets a higher epoch, and every write names
/// its epoch, so an owner that slept too long changes nothing.
public record Lease(long sagaId, long epoch) {}
