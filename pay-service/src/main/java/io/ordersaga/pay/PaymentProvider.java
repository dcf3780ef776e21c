package io.ordersaga.pay;

import java.util.Map;
import java.util.Optional;

/// Who collects the money. A payment is one intent at its provider, however often the customer tries.
///
/// Each call blocks, has a deadline and is made once. Whatever may work on the next try is a
/// [ProviderUnavailableException]: no answer, an answer that makes no sense, too many calls, our key
/// refused. Implementations are thread-safe.
public interface PaymentProvider {
    /// Its name in addresses and rows.
    String name();

    /// Opens the payment's intent; the same payment again is the same intent.
    ///
    /// @throws ProviderRefusedException when there is and will be none
    Intent open(Payment payment);

    /// How the intent stands.
    IntentReport find(String intentId);

    /// Closes the intent and says how it stands then: CANCELED, or SUCCEEDED or PROCESSING because it
    /// was too late.
    IntentReport close(String intentId);

    /// Gives money back; the same refund again is the same refund.
    RefundReport refund(String intentId, Refund refund);

    /// Reads a notice whose signature is right.
    ///
    /// @throws UnreadableNoticeException when it is not of the provider's form
    Notice read(byte[] body);

    /// Whether the notice is the provider's, and fresh.
    Verdict verify(Map<String, String> headers, byte[] body);

    /// Whether a notice is the provider's, and fresh.
    enum Verdict {
        GENUINE,
        /// Not signed, not as the provider signs, or with another secret.
        BAD_SIGNATURE,
        /// Genuine once, but too old or from the future.
        BAD_TIMESTAMP
    }

    /// An intent just opened.
    ///
    /// @param redirectUrl where the customer pays; empty when the provider has no page
    /// @param clientSecret what the provider's form in the browser needs; may be empty
    record Intent(String intentId, String redirectUrl, String clientSecret) {}

    /// How an intent stands.
    enum IntentStatus {
        /// The customer may try.
        OPEN,
        /// The last try failed; the customer may try again.
        FAILED,
        /// The customer has tried; not decided.
        PROCESSING,
        /// The money was collected.
        SUCCEEDED,
        /// Nothing will be collected.
        CANCELED
    }

    /// How an intent stands.
    ///
    /// @param paymentId of ours; empty when the intent is none of ours
    /// @param amountMinor what was collected, when SUCCEEDED; otherwise 0
    /// @param failure the provider's word for why the last try failed; may be empty
    record IntentReport(
            String intentId,
            String paymentId,
            IntentStatus status,
            String currency,
            long amountMinor,
            String failure) {}

    /// How a refund stands.
    ///
    /// @param refundId of ours; empty when the refund is none of ours
    /// @param providerRefundId its name at the provider, when it has one
    /// @param failure the provider's word for why it failed; may be empty
    record RefundReport(String refundId, Optional<String> providerRefundId, Refund.State state, String failure) {}

    /// What a provider reports by itself.
    sealed interface Notice {
        /// Identifies the notice; the same again is the same notice.
        String eventId();

        /// The provider's name for its kind.
        String type();
    }

    record IntentNotice(String eventId, String type, IntentReport report) implements Notice {}

    record RefundNotice(String eventId, String type, RefundReport report) implements Notice {}

    /// About something that does not matter to us.
    record OtherNotice(String eventId, String type) implements Notice {}
}
