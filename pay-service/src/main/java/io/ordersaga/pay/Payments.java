package io.ordersaga.pay;

import io.ordersaga.saga.client.BranchRefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Opening the payment of an order and closing it. Both run within the transaction of their branch, and both do nothing
/// the second time, also when the barrier's memory of the first was purged: the order's one row says it.
final class Payments {
    private Payments() {}

    /// Opens the payment, unless it was opened before; refuses when it was opened as something else.
    static void open(PayTable table, String gid, NewPayment payment) {
        Optional<Payment> existing = table.paymentOfOrder(payment.orderId());
        if (existing.isEmpty()) {
            // Two at once: the unique key stops the second, whose transaction is then repeated and finds the first.
            table.open(gid, "pay-" + UUID.randomUUID(), payment);
        } else if (!payment.isSameAs(existing.get())) {
            throw conflict(payment, existing.get());
        }
    }

    /// Closes the payment, if there is one that could still be paid.
    static void close(PayTable table, String orderId) {
        table.close(orderId);
    }

    private static BranchRefusedException conflict(NewPayment payment, Payment existing) {
        return new BranchRefusedException(
                PayServiceApp.DOMAIN.name(),
                "PAYMENT_CONFLICT",
                "order %s already has another payment".formatted(payment.orderId()),
                Map.of(
                        "order_id", payment.orderId(),
                        "payment_id", existing.paymentId(),
                        "expected", Long.toString(payment.amount()),
                        "actual", Long.toString(existing.amount())));
    }
}
