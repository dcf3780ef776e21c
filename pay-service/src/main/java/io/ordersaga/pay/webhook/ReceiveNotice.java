package io.ordersaga.pay.webhook;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.PaymentProvider;
import io.ordersaga.pay.PaymentProvider.IntentNotice;
import io.ordersaga.pay.PaymentProvider.Notice;
import io.ordersaga.pay.PaymentProvider.OtherNotice;
import io.ordersaga.pay.PaymentProvider.RefundNotice;
import io.ordersaga.pay.Providers;
import io.ordersaga.pay.Refusals;
import io.ordersaga.pay.Settlement;
import io.ordersaga.pay.Settlement.Outcome;
import io.ordersaga.pay.UnreadableNoticeException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a provider's notice: it is filed and taken into the books in one transaction, so that a
/// provider that was answered may forget it, and one that was not may repeat it. Thread-safe.
final class ReceiveNotice {
    private static final Logger log = LoggerFactory.getLogger(ReceiveNotice.class);

    /// Of a body that nobody signed, so much is kept.
    private static final int REJECTED_BYTES_MAX = 4096;

    private final NoticeTable table;
    private final Providers providers;
    private final Settlement settlement;
    private final PayConfig.Webhooks config;
    private final PayConfig.Purge purge;
    private final InstantSource clock;
    private long minute;
    private int rejectedInMinute;

    ReceiveNotice(
            NoticeTable table, Providers providers, Settlement settlement, PayConfig config, InstantSource clock) {
        this.table = table;
        this.providers = providers;
        this.settlement = settlement;
        this.config = config.webhooks();
        this.purge = config.purge();
        this.clock = clock;
    }

    /// @return APPLIED, DUPLICATE, IGNORED or LATE_PAYMENT
    /// @throws io.ordersaga.kit.RefusalException UNAUTHENTICATED or INVALID_ARGUMENT; the notice is
    ///     filed all the same
    Outcome receive(String providerName, Map<String, String> headers, byte[] body) {
        PaymentProvider provider =
                providers.named(providerName).orElseThrow(() -> Refusals.providerNotFound(providerName));
        Map<String, String> lower = headers.entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue, (first, _) -> first));
        switch (provider.verify(lower, body)) {
            case GENUINE -> {}
            case BAD_SIGNATURE -> {
                reject(providerName, body, "BAD_SIGNATURE", false);
                throw Refusals.webhookNotGenuine("WEBHOOK_SIGNATURE_INVALID", "the signature is not the provider's");
            }
            case BAD_TIMESTAMP -> {
                reject(providerName, body, "BAD_TIMESTAMP", false);
                throw Refusals.webhookNotGenuine("WEBHOOK_TIMESTAMP_INVALID", "the notice is too old or too new");
            }
        }
        return answered(file(provider, read(provider, body), body));
    }

    /// Forgets notices that are kept long enough.
    void forget() {
        long seconds = config.retention().toSeconds();
        int forgotten = purge.run(limit -> table.forgetEvents(seconds, limit));
        if (forgotten > 0) {
            log.info("Forgot {} notices that are older than {}", forgotten, config.retention());
        }
    }

    private Notice read(PaymentProvider provider, byte[] body) {
        try {
            return provider.read(body);
        } catch (UnreadableNoticeException e) {
            reject(provider.name(), body, "UNREADABLE", true);
            log.warn("A notice of {} is genuine and cannot be read: {}", provider.name(), e.getMessage());
            throw Refusals.webhookNotOurs("WEBHOOK_UNREADABLE", "the notice is not of the provider's form");
        }
    }

    private Outcome file(PaymentProvider provider, Notice notice, byte[] body) {
        return table.inTransaction(books -> {
            books.file(provider.name(), notice.eventId(), notice.type(), paymentId(notice), true, body);
            String before = books.outcome(provider.name(), notice.eventId()).orElse("");
            // A notice that comes before we know the payment is looked at again when it is repeated.
            if (!before.isEmpty() && !before.equals(Outcome.UNKNOWN_PAYMENT.name())) {
                return before.equals(Outcome.WRONG_AMOUNT.name()) ? Outcome.WRONG_AMOUNT : Outcome.DUPLICATE;
            }
            Outcome outcome = switch (notice) {
                case IntentNotice intent -> settlement.apply(books, provider.name(), intent.report());
                case RefundNotice refund -> settlement.apply(books, refund.report());
                case OtherNotice _ -> Outcome.IGNORED;
            };
            books.decide(provider.name(), notice.eventId(), outcome.name());
            return outcome;
        });
    }

    private static Outcome answered(Outcome outcome) {
        return switch (outcome) {
            case APPLIED, DUPLICATE, IGNORED, LATE_PAYMENT -> outcome;
            case WRONG_AMOUNT ->
                throw Refusals.webhookNotOurs("WEBHOOK_WRONG_AMOUNT", "the payment is of another amount");
            case UNKNOWN_PAYMENT -> throw Refusals.webhookNotOurs("WEBHOOK_UNKNOWN_PAYMENT", "no payment of ours");
        };
    }

    private static Optional<String> paymentId(Notice notice) {
        return notice instanceof IntentNotice intent
                        && intent.report().paymentId().matches("[A-Za-z0-9_-]{1,64}")
                ? Optional.of(intent.report().paymentId())
                : Optional.empty();
    }

    /// Files what is not taken, within limits: anyone may send it.
    private void reject(String provider, byte[] body, String outcome, boolean signed) {
        if (!mayFileRejected()) {
            log.warn("A notice to {} was rejected as {} and not filed, there are too many", provider, outcome);
            return;
        }
        String eventId = "rejected-" + sha256(body);
        byte[] kept = body.length <= REJECTED_BYTES_MAX ? body : Arrays.copyOf(body, REJECTED_BYTES_MAX);
        table.inTransaction(books -> {
            books.file(provider, eventId, "", Optional.empty(), signed, kept);
            books.decide(provider, eventId, outcome);
            return outcome;
        });
        log.warn("A notice to {} was rejected as {} and filed as {}", provider, outcome, eventId);
    }

    private synchronized boolean mayFileRejected() {
        long now = clock.millis() / 60_000;
        if (now != minute) {
            minute = now;
            rejectedInMinute = 0;
        }
        return ++rejectedInMinute <= config.rejectedPerMinute();
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }
}
