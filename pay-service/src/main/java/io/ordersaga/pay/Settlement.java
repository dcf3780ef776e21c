package io.ordersaga.pay;

import io.ordersaga.pay.PaymentProvider.IntentReport;
import io.ordersaga.pay.PaymentProvider.RefundReport;
import java.util.Optional;

/// What our books make of what a provider says, be it by notice, by answer to a question, or while it is
/// asked to close an intent. Every method runs in a transaction of the caller's. Reports may come late,
/// twice and in any order: what they say is taken when the state of the row allows it, and is no news
/// otherwise.
public final class Settlement {
    public enum Outcome {
        /// The books have changed.
        APPLIED,
        /// Known already, or overtaken.
        DUPLICATE,
        /// About something that does not matter.
        IGNORED,
        /// The money came after the payment was closed, and goes back.
        LATE_PAYMENT,
        /// Not the amount or currency that we asked for.
        WRONG_AMOUNT,
        /// Of no payment or refund of ours.
        UNKNOWN_PAYMENT
    }

    private final PayConfig config;
    private final Alerts alerts;

    Settlement(PayConfig config, Alerts alerts) {
        this.config = config;
        this.alerts = alerts;
    }

    public Outcome apply(PayTable table, String provider, IntentReport report) {
        Optional<Payment> found = table.lock(report.paymentId()).filter(payment -> isOf(payment, provider, report));
        if (found.isEmpty()) {
            return Outcome.UNKNOWN_PAYMENT;
        }
        Payment payment = found.get();
        return switch (report.status()) {
            case OPEN -> Outcome.IGNORED;
            case PROCESSING -> news(table.change(payment.paymentId(), PaymentState.PENDING, PaymentState.PROCESSING));
            case FAILED -> {
                boolean ended = payment.state().open()
                        && table.endAttempt(payment.paymentId(), PaymentAttempt.State.FAILED, report.failure());
                yield news(table.change(payment.paymentId(), PaymentState.PROCESSING, PaymentState.PENDING) || ended);
            }
            case CANCELED -> {
                boolean closed = table.close(
                        payment.paymentId(), true, config.checks().first().toSeconds());
                if (closed) {
                    table.endAttempt(payment.paymentId(), PaymentAttempt.State.CANCELED, "");
                }
                yield news(closed);
            }
            case SUCCEEDED -> capture(table, payment, report);
        };
    }

    private static boolean isOf(Payment payment, String provider, IntentReport report) {
        return payment.provider().equals(provider)
                && payment.attemptCount() > 0
                && payment.intentId().map(report.intentId()::equals).orElse(true);
    }

    private Outcome capture(PayTable table, Payment payment, IntentReport report) {
        if (report.amountMinor() != payment.amountMinor() || !report.currency().equals(payment.currency())) {
            alerts.raise(
                    Alerts.Kind.WRONG_AMOUNT,
                    "%s of %d %s was reported with %d %s"
                            .formatted(
                                    payment.paymentId(),
                                    payment.amountMinor(),
                                    payment.currency(),
                                    report.amountMinor(),
                                    report.currency()));
            return Outcome.WRONG_AMOUNT;
        }
        if (table.pay(payment.paymentId(), report.intentId())) {
            table.attemptSucceeded(payment.paymentId(), payment.attemptCount());
            PaidSaga.enqueue(table, payment.paymentId(), config.branches().transport());
            return Outcome.APPLIED;
        }
        if (table.captureLate(payment.paymentId(), report.intentId())) {
            giveBack(table, payment, "late-" + payment.paymentId(), payment.amountMinor(), Refund.LATE_PAYMENT);
            alerts.raise(
                    Alerts.Kind.LATE_PAYMENT,
                    payment.paymentId() + " was closed when its money came; it is given back");
            return Outcome.LATE_PAYMENT;
        }
        return Outcome.DUPLICATE;
    }

    /// Gives back what came for an order that was not placed after all.
    void giveBackAll(PayTable table, Payment payment) {
        long left = payment.capturedMinor() - payment.refundedMinor() - payment.refundingMinor();
        if (left > 0 && table.reserveRefund(payment.paymentId(), left)) {
            giveBack(table, payment, "undo-" + payment.paymentId(), left, Refund.ORDER_REJECTED);
        }
    }

    /// Due at once: the job asks the provider, so that nothing here waits for it.
    private static void giveBack(PayTable table, Payment payment, String refundId, long amount, String reason) {
        table.insertRefund(refundId, payment.paymentId(), payment.currency(), amount, reason, 0);
    }

    public Outcome apply(PayTable table, RefundReport report) {
        Optional<Refund> found = table.refund(report.refundId());
        if (found.isEmpty()) {
            return Outcome.UNKNOWN_PAYMENT;
        }
        Refund refund = found.get();
        table.lock(refund.paymentId());
        return switch (report.state()) {
            case PENDING ->
                news(report.providerRefundId().isPresent()
                        && table.nameRefund(
                                refund.refundId(), report.providerRefundId().get()));
            case SUCCEEDED -> {
                boolean settled = table.settleRefund(refund.refundId(), report.state(), "", report.providerRefundId());
                if (settled && !table.endRefund(refund.paymentId(), refund.amountMinor())) {
                    throw new IllegalStateException("Refund " + refund.refundId() + " was not reserved");
                }
                yield news(settled);
            }
            case FAILED -> fail(table, refund, report);
        };
    }

    private Outcome fail(PayTable table, Refund refund, RefundReport report) {
        if (!table.settleRefund(refund.refundId(), report.state(), report.failure(), report.providerRefundId())) {
            if (table.refund(refund.refundId()).orElse(refund).state() == Refund.State.SUCCEEDED) {
                alerts.raise(
                        Alerts.Kind.REFUND_REVERSED,
                        "the provider took back its success of refund " + refund.refundId());
            }
            return Outcome.DUPLICATE;
        }
        if (!table.giveUpRefund(refund.paymentId(), refund.amountMinor())) {
            throw new IllegalStateException("Refund " + refund.refundId() + " was not reserved");
        }
        if (refund.reason().equals(Refund.LATE_PAYMENT) || refund.reason().equals(Refund.ORDER_REJECTED)) {
            alerts.raise(
                    Alerts.Kind.REFUND_FAILED,
                    "refund %s was refused with %s; the money is still here"
                            .formatted(refund.refundId(), report.failure()));
        }
        return Outcome.APPLIED;
    }

    private static Outcome news(boolean changed) {
        return changed ? Outcome.APPLIED : Outcome.DUPLICATE;
    }
}
