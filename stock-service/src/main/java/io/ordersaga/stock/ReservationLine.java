package io.ordersaga.stock;

/// What an order asks of one product.
///
/// @param unitPrice what the order was priced at, in the minor unit of `currency`
public record ReservationLine(String productId, long quantity, String currency, long unitPrice) {}
