package io.ordersaga.pay;

import io.ordersaga.pay.PaymentProvider.IntentReport;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks providers about what they have not told by themselves: payments that customers began to pay,
/// payments that were closed lately, refunds that have not ended. What is due is in the rows, so any
/// number of replicas may run this, and what one of them dies with is due again later.
final class Reconciliation {
    private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

    private final PayTable table;
    private final Providers providers;
    private final Settlement settlement;
    private final RefundPayment refunds;
    private final PayConfig.Checks config;

    Reconciliation(
            PayTable table,
            Providers providers,
            Settlement settlement,
            RefundPayment refunds,
            PayConfig.Checks config) {
        this.table = table;
        this.providers = providers;
        this.settlement = settlement;
        this.refunds = refunds;
        this.config = config;
    }

    /// One look at what is due.
    void run() {
        for (String refundId : table.claimRefunds(config.batch(), config)) {
            quietly("refund " + refundId, () -> table.refund(refundId).ifPresent(refunds::pursue));
        }
        for (String paymentId : table.claimPayments(config.batch(), config)) {
            quietly("payment " + paymentId, () -> table.payment(paymentId).ifPresent(this::ask));
        }
    }

    private void ask(Payment payment) {
        if (payment.state().paid()) {
            return;
        }
        PaymentProvider provider = providers.of(payment);
        Optional<String> intentId = payment.intentId();
        if (intentId.isEmpty()) {
            // Whoever began the attempt may not have lived to write the name down; the same payment is the same intent.
            PaymentProvider.Intent intent = provider.open(payment);
            table.name(payment.paymentId(), intent.intentId(), intent.redirectUrl(), intent.clientSecret());
            intentId = Optional.of(intent.intentId());
        }
        IntentReport report = provider.find(intentId.get());
        if (report.status() == PaymentProvider.IntentStatus.FAILED && payment.state() == PaymentState.PENDING) {
            // Of an earlier attempt, for all that can be told; the customer may be at another one.
            return;
        }
        Settlement.Outcome outcome = table.atomically(books -> settlement.apply(books, provider.name(), report));
        if (outcome != Settlement.Outcome.IGNORED && outcome != Settlement.Outcome.DUPLICATE) {
            log.info("Asked about {}, the provider said {}: {}", payment.paymentId(), report.status(), outcome);
        }
    }

    /// One that goes wrong must not keep the others waiting; it is due again later.
    private static void quietly(String what, Runnable deed) {
        try {
            deed.run();
        } catch (ProviderUnavailableException | ProviderRefusedException e) {
            log.warn("Asked about {} in vain: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            log.error("Asking about {} went wrong", what, e);
        }
    }
}
