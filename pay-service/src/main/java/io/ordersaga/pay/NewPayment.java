package io.ordersaga.pay;

/// A payment to be opened.
public record NewPayment(String orderId, String userId, String currency, long amount) {
    /// Whether `existing` is what this one would be.
    boolean isSameAs(Payment existing) {
        return orderId.equals(existing.orderId())
                && userId.equals(existing.userId())
                && currency.equals(existing.currency())
                && amount == existing.amount();
    }
}
