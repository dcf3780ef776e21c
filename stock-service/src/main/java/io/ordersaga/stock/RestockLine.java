package io.ordersaga.stock;

/// What a refund brings back of one product.
///
/// @param quantity what it asks for
/// @param returned what the order still had of it
public record RestockLine(String productId, long quantity, long returned) {}
