package io.ordersaga.pay;

import io.ordersaga.saga.client.BranchRefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Opening the payment of an order and closing it. Both run within the transaction of their branch, and
/// both do nothing the second time, also when the barrier's memory of the first was purged: the order's
/// one row says it.
final class Payments {
    private final PayConfig config;
    private final Settlement settlement;

    Payments(PayConfig config, Settlement settlement) {
        this.config = config;
        this.settlement = settlement;
    }

    /// Opens the payment, unless it was opened before; refuses when it was opened as something else. One
    /// of nothing is paid at once.
    void open(PayTable table, String gid, NewPayment payment) {
        Optional<Payment> existing = table.paymentOfOrder(payment.orderId());
        if (existing.isEmpty()) {
            String paymentId = "pay-" + UUID.randomUUID();
            // Two at once: the unique key stops the second, whose transaction is then repeated and finds the first.
            table.open(gid, paymentId, config.provider(), config.expiry().toSeconds(), payment);
            if (payment.amountMinor() == 0) {
                PaidSaga.enqueue(table, paymentId, config.branches().transport());
            }
        } else if (!payment.isSameAs(existing.get())) {
            throw conflict(payment, existing.get());
        }
    }

    /// Closes the payment, if there is one. The provider was asked before, see [ClosePayment].
    ///
    /// @param closedByProvider whether nothing can come from there any more
    /// @param undone whether the order was not placed: then money that came all the same goes back, and
    ///     this never refuses
    void close(PayTable table, String orderId, boolean closedByProvider, boolean undone) {
        Optional<Payment> existing = table.paymentOfOrder(orderId).flatMap(payment -> table.lock(payment.paymentId()));
        if (existing.isEmpty() || existing.get().state() == PaymentState.CLOSED) {
            return;
        }
        Payment payment = existing.get();
        if (payment.state().paid()) {
            if (!undone) {
                throw alreadyPaid(payment);
            }
            if (!table.closeNothing(payment.paymentId())) {
                settlement.giveBackAll(table, payment);
            }
            return;
        }
        if (!table.close(
                payment.paymentId(), closedByProvider, config.checks().first().toSeconds())) {
            throw Refusals.undecided("PAYMENT_UNDER_WAY", "the customer has just begun to pay", orderId);
        }
        table.endAttempt(payment.paymentId(), PaymentAttempt.State.CANCELED, "");
    }

    private static BranchRefusedException alreadyPaid(Payment payment) {
        return Refusals.branch(
                "PAYMENT_ALREADY_PAID",
                "order %s is paid".formatted(payment.orderId()),
                Map.of("order_id", payment.orderId(), "payment_id", payment.paymentId()));
    }

    private static BranchRefusedException conflict(NewPayment payment, Payment existing) {
        return Refusals.branch(
                "PAYMENT_CONFLICT",
                "order %s already has another payment".formatted(payment.orderId()),
                Map.of(
                        "order_id", payment.orderId(),
                        "payment_id", existing.paymentId(),
                        "expected", Long.toString(payment.amountMinor()),
                        "actual", Long.toString(existing.amountMinor())));
    }
}
