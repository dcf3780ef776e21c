package io.ordersaga.stock;

/// A product to be added.
///
/// @param unitPriceMinor of one piece, in the minor unit of `currency`
public record NewProduct(
        String productId, String sku, String title, String currency, long unitPriceMinor, boolean active) {}
