package io.ordersaga.pay;

import java.util.List;
import java.util.Optional;

/// Begins to pay. The attempt is counted before the provider hears of the payment, so that whoever
/// closes the payment knows whether there is someone to ask.
final class StartPayment {
    private final PayTable table;
    private final Providers providers;
    private final PayConfig config;

    StartPayment(PayTable table, Providers providers, PayConfig config) {
        this.table = table;
        this.providers = providers;
        this.config = config;
    }

    /// The payment as it is when the customer can go and pay.
    ///
    /// @throws io.ordersaga.kit.RefusalException when it cannot be paid
    Payment start(Payment wanted) {
        PaymentProvider provider = providers.of(wanted);
        Payment payment = table.atomically(books -> attempt(books, wanted.paymentId()));
        if (payment.intentId().isEmpty()) {
            open(provider, payment);
        }
        Payment opened = current(payment.paymentId());
        if (!opened.state().open()) {
            // Closed meanwhile, and so was what was just opened at the provider.
            throw unpayable(opened);
        }
        return opened;
    }

    /// Gives the payment its name at the provider, which takes the same payment again for the same
    /// intent.
    void open(PaymentProvider provider, Payment payment) {
        try {
            PaymentProvider.Intent intent = provider.open(payment);
            table.name(payment.paymentId(), intent.intentId(), intent.redirectUrl(), intent.clientSecret());
        } catch (ProviderRefusedException e) {
            table.endAttempt(payment.paymentId(), PaymentAttempt.State.FAILED, e.failure());
            throw Refusals.cannotBePaid(
                    payment, "PAYMENT_DECLINED", "the provider refused the payment: " + e.failure());
        }
    }

    /// The customer's open attempt, or a new one.
    private Payment attempt(PayTable books, String paymentId) {
        Payment payment =
                books.lock(paymentId).orElseThrow(() -> new IllegalStateException("payment " + paymentId + " is gone"));
        if (payment.state() != PaymentState.PENDING) {
            throw unpayable(payment);
        }
        if (books.expired(paymentId)) {
            throw Refusals.cannotBePaid(payment, "PAYMENT_EXPIRED", "the time to pay it is over");
        }
        if (lastState(books.attempts(paymentId)).equals(Optional.of(PaymentAttempt.State.OPEN))) {
            return payment;
        }
        if (payment.attemptCount() >= config.attemptsMax()) {
            throw Refusals.cannotBePaid(payment, "PAYMENT_ATTEMPTS_EXHAUSTED", "there were too many attempts");
        }
        if (!books.countAttempt(
                paymentId, payment.attemptCount(), config.checks().first().toSeconds())) {
            throw Refusals.cannotBePaid(payment, "PAYMENT_EXPIRED", "the time to pay it is over");
        }
        books.insertAttempt(paymentId, payment.attemptCount() + 1);
        return payment;
    }

    private Payment current(String paymentId) {
        return table.payment(paymentId)
                .orElseThrow(() -> new IllegalStateException("payment " + paymentId + " is gone"));
    }

    private static Optional<PaymentAttempt.State> lastState(List<PaymentAttempt> attempts) {
        return attempts.isEmpty()
                ? Optional.empty()
                : Optional.of(attempts.getLast().state());
    }

    private static RuntimeException unpayable(Payment payment) {
        return switch (payment.state()) {
            case PAID, PARTIALLY_REFUNDED, REFUNDED ->
                Refusals.cannotBePaid(payment, "PAYMENT_ALREADY_PAID", "the payment is made already");
            case CLOSED ->
                Refusals.cannotBePaid(
                        payment,
                        "PAYMENT_CLOSED",
                        "the payment is closed, because its order was cancelled or not placed");
            case PROCESSING, PENDING ->
                Refusals.cannotBePaid(payment, "PAYMENT_PROCESSING", "the provider has not decided yet");
        };
    }
}
