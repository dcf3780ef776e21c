package io.ordersaga.stock;

/// What an order holds of one product.
public record HeldLine(String productId, long quantity) {}
