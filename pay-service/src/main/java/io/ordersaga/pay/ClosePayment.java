package io.ordersaga.pay;

import io.ordersaga.pay.PaymentProvider.IntentReport;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the provider to close a payment before our books do, so that no customer pays what we no longer
/// sell. No transaction is open meanwhile.
final class ClosePayment {
    private static final Logger log = LoggerFactory.getLogger(ClosePayment.class);

    private final PayTable table;
    private final Providers providers;
    private final Settlement settlement;

    ClosePayment(PayTable table, Providers providers, Settlement settlement) {
        this.table = table;
        this.providers = providers;
        this.settlement = settlement;
    }

    /// Whether the provider has closed the payment of the order; false when it never heard of it, or
    /// there is nothing to close. When the provider says that the payment is paid, it is when this
    /// returns.
    ///
    /// @throws io.ordersaga.kit.RefusalException FAILED_PRECONDITION while the provider has not decided
    /// @throws ProviderUnavailableException when it cannot be asked
    boolean atProvider(String orderId) {
        Optional<Payment> found =
                table.paymentOfOrder(orderId).filter(payment -> payment.state().open() && payment.attemptCount() > 0);
        if (found.isEmpty()) {
            return false;
        }
        Payment payment = found.get();
        PaymentProvider provider = providers.of(payment);
        Optional<String> intentId = payment.intentId().or(() -> name(provider, payment));
        if (intentId.isEmpty()) {
            return true;
        }
        IntentReport report = provider.close(intentId.get());
        return switch (report.status()) {
            case CANCELED -> true;
            case SUCCEEDED -> {
                log.info("The provider says that {} is paid", payment.paymentId());
                table.atomically(books -> settlement.apply(books, provider.name(), report));
                // With a wrong amount it is still open here, and somebody has to look at it.
                yield false;
            }
            case PROCESSING, OPEN, FAILED ->
                throw Refusals.undecided("PAYMENT_PROCESSING", "the provider has not decided yet", orderId);
        };
    }

    /// The name of an intent that was asked for by someone who did not live to write it down; empty when
    /// the provider did not want it.
    private Optional<String> name(PaymentProvider provider, Payment payment) {
        try {
            PaymentProvider.Intent intent = provider.open(payment);
            table.name(payment.paymentId(), intent.intentId(), intent.redirectUrl(), intent.clientSecret());
            return Optional.of(intent.intentId());
        } catch (ProviderRefusedException e) {
            return Optional.empty();
        }
    }
}
