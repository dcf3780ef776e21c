package io.ordersaga.order;

/// Some pieces of one product, at the price of the moment the order was placed.
public record OrderLine(String productId, int quantity, long unitPriceMinor) {
    public OrderLine {
        if (quantity < 1) {
            throw new IllegalArgumentException("quantity of product " + productId + ": " + quantity);
        }
        if (unitPriceMinor < 0 || unitPriceMinor > Price.AMOUNT_MINOR_MAX) {
            throw new IllegalArgumentException("unit price of product " + productId + ": " + unitPriceMinor);
        }
    }

    long totalMinor() {
        return Math.multiplyExact(unitPriceMinor, quantity);
    }
}
