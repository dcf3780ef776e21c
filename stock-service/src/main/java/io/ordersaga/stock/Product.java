package io.ordersaga.stock;

/// A product and what is left of it.
///
/// @param unitPrice in the minor unit of `currency`
/// @param available pieces that can be ordered now
public record Product(
        String productId, String title, String currency, long unitPrice, long available, boolean active) {}
