package io.ordersaga.stock;

/// What an order holds, sells or gives back of one product.
public record HeldLine(String productId, long quantity) {}
