package io.ordersaga.order;

/// Some pieces of one product, at the price of the moment the order was placed.
///
/// @param discountMinor the line's share of the order's discount
/// @param refundedQuantity pieces that were refunded so far
public record OrderLine(String productId, int quantity, long unitPriceMinor, long discountMinor, int refundedQuantity) {
    public OrderLine {
        if (quantity < 1) {
            throw new IllegalArgumentException("quantity of product " + productId + ": " + quantity);
        }
        if (unitPriceMinor < 0 || unitPriceMinor > Price.AMOUNT_MINOR_MAX) {
            throw new IllegalArgumentException("unit price of product " + productId + ": " + unitPriceMinor);
        }
        if (discountMinor < 0 || discountMinor > Math.multiplyExact(unitPriceMinor, quantity)) {
            throw new IllegalArgumentException("discount of product " + productId + ": " + discountMinor);
        }
        if (refundedQuantity < 0 || refundedQuantity > quantity) {
            throw new IllegalArgumentException("refunded of product " + productId + ": " + refundedQuantity);
        }
    }

    /// Before any discount and refund.
    static OrderLine of(String productId, int quantity, long unitPriceMinor) {
        return new OrderLine(productId, quantity, unitPriceMinor, 0, 0);
    }

    OrderLine withDiscount(long minor) {
        return new OrderLine(productId, quantity, unitPriceMinor, minor, refundedQuantity);
    }

    public long totalMinor() {
        return Math.multiplyExact(unitPriceMinor, quantity);
    }

    public long payableMinor() {
        return totalMinor() - discountMinor;
    }
}
