package io.ordersaga.stock;

/// What an order bought of one product.
///
/// @param left pieces that it did not give back yet
public record SoldLine(String productId, long left) {}
