package io.ordersaga.pay.mock;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.PaymentProvider.IntentStatus;
import io.ordersaga.pay.mock.MockTable.GivenBack;
import io.ordersaga.pay.mock.MockTable.Intent;
import io.ordersaga.pay.provider.WebhookSignature;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// What the mock provider does: it keeps a ledger, follows the customer's scripts, and delivers signed
/// notices until they are taken. All but an outage survives a restart. Thread-safe.
final class MockBank implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MockBank.class);

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BATCH = 50;
    private static final int DELIVERIES_MAX = 12;
    private static final Duration DELIVERY_DEADLINE = Duration.ofSeconds(4);

    private final MockTable table;
    private final PayConfig.Mock config;
    private final WebhookSignature signature;
    private final InstantSource clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private volatile long downUntilMillis;

    MockBank(MockTable table, PayConfig.Mock config, WebhookSignature signature, InstantSource clock) {
        this.table = table;
        this.config = config;
        this.signature = signature;
        this.clock = clock;
    }

    /// Whether the provider plays dead.
    boolean down() {
        return clock.millis() < downUntilMillis;
    }

    Intent open(String paymentId, String currency, long amountMinor) {
        String intentId = "mi-" + paymentId;
        table.open(intentId, paymentId, currency, amountMinor);
        return intent(intentId).orElseThrow(() -> new IllegalStateException(intentId + " is gone"));
    }

    Optional<Intent> intent(String intentId) {
        return table.intent(intentId);
    }

    Optional<Intent> cancel(String intentId) {
        table.cancel(intentId);
        return intent(intentId);
    }

    /// The customer presses the button.
    ///
    /// @param seconds of the script's delay
    void pay(String intentId, MockScript script, String refundScript, int seconds) {
        table.atomically(books -> {
            books.direct(intentId, script.name(), refundScript);
            switch (script) {
                case SUCCESS -> captured(books, intentId, 1, 0);
                case DUPLICATE -> captured(books, intentId, 3, 0);
                case LOST -> books.capture(intentId, false);
                case WRONG_AMOUNT -> captured(books, intentId, 1, 1);
                case DECLINE -> {
                    if (books.decline(intentId)) {
                        tell(books, intentId, IntentStatus.FAILED, 0, 0);
                    }
                }
                case DELAY -> {
                    if (books.captureLater(intentId, IntentStatus.PROCESSING.name(), seconds)) {
                        tell(books, intentId, IntentStatus.PROCESSING, 0, 0);
                    }
                }
                case LATE -> books.captureLater(intentId, IntentStatus.OPEN.name(), seconds);
                case OUT_OF_ORDER -> {
                    captured(books, intentId, 1, 0);
                    tell(books, intentId, IntentStatus.PROCESSING, 0, 500);
                }
                case OUTAGE -> {
                    captured(books, intentId, 1, 0);
                    downUntilMillis = clock.millis() + seconds * 1000L;
                }
            }
            return script;
        });
    }

    private void captured(MockTable books, String intentId, int notices, long tooMuch) {
        if (books.capture(intentId, false)) {
            Map<String, Object> event = event(books, intentId, IntentStatus.SUCCEEDED, tooMuch);
            for (int i = 0; i < notices; i++) {
                enqueue(books, event, i * 100L);
            }
        }
    }

    /// Gives money back as the intent's refund script says; empty when there is not so much, or it is to
    /// be declined.
    Optional<GivenBack> refund(String refundId, String intentId, long amountMinor) {
        return table.atomically(books -> {
            // Held, so that of two equal calls the second finds what the first did.
            Optional<Intent> intent = books.lockIntent(intentId);
            Optional<GivenBack> before = books.refund(refundId);
            if (before.isPresent() || intent.isEmpty()) {
                return before;
            }
            boolean declined = intent.get().refundScript().equals("DECLINE");
            if (declined || !books.giveBack(intentId, amountMinor)) {
                return Optional.empty();
            }
            boolean later = intent.get().refundScript().equals("DELAY");
            books.insertRefund(refundId, intentId, amountMinor, later ? "PENDING" : "SUCCEEDED");
            return books.refund(refundId);
        });
    }

    /// Does what is due.
    void run() {
        table.atomically(books -> {
            for (String intentId : books.lockDueCaptures(BATCH)) {
                boolean late = books.intent(intentId)
                        .map(intent -> intent.script().equals(MockScript.LATE.name()))
                        .orElse(false);
                if (books.capture(intentId, late)) {
                    tell(books, intentId, IntentStatus.SUCCEEDED, 0, 0);
                } else {
                    books.forgetCapture(intentId);
                }
            }
            for (GivenBack refund : books.lockDueRefunds(BATCH)) {
                books.settle(refund.refundId(), "SUCCEEDED");
                enqueue(books, refundEvent(refund.refundId()), 0);
            }
            return BATCH;
        });
        if (!down()) {
            table.claimNotices(BATCH, DELIVERIES_MAX).forEach(this::deliver);
        }
    }

    /// Forgets what is over for long.
    void forget(PayConfig.Purge purge) {
        long seconds = config.retention().toSeconds();
        int forgotten = purge.run(limit -> table.forgetNotices(seconds, limit))
                + purge.run(limit -> table.forgetRefunds(seconds, limit))
                + purge.run(limit -> table.forgetPayments(seconds, limit));
        if (forgotten > 0) {
            log.info("Forgot {} payments, refunds and notices", forgotten);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private void deliver(MockTable.Notice notice) {
        byte[] body = notice.body().getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(config.webhookUrl())
                .timeout(DELIVERY_DEADLINE)
                .header("Content-Type", "application/json")
                .header(MockProvider.SIGNATURE, signature.sign(body, clock.instant()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            int code =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (code < 300) {
                table.delivered(notice.noticeId());
            } else {
                log.info("Notice {} was answered {} and is delivered again", notice.noticeId(), code);
            }
        } catch (IOException e) {
            log.info("Notice {} could not be delivered and is again: {}", notice.noticeId(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(MockTable books, String intentId, IntentStatus status, long tooMuch, long millis) {
        enqueue(books, event(books, intentId, status, tooMuch), millis);
    }

    private static void enqueue(MockTable books, Map<String, Object> event, long millis) {
        books.insertNotice(
                "mn-" + UUID.randomUUID(), String.valueOf(event.get("id")), JSON.writeValueAsString(event), millis);
    }

    private static Map<String, Object> event(MockTable books, String intentId, IntentStatus status, long tooMuch) {
        Intent intent = books.intent(intentId).orElseThrow(() -> new IllegalStateException(intentId + " is gone"));
        Map<String, Object> object = new LinkedHashMap<>(json(intent, ""));
        object.put("status", status.name());
        if (status == IntentStatus.SUCCEEDED) {
            object.put("captured", intent.capturedMinor() + tooMuch);
        }
        return Map.of("id", "me-" + UUID.randomUUID(), "type", "intent", "object", object);
    }

    private static Map<String, Object> refundEvent(String refundId) {
        return Map.of(
                "id",
                "me-" + UUID.randomUUID(),
                "type",
                "refund",
                "object",
                Map.of("id", refundId, "status", "SUCCEEDED"));
    }

    /// An intent as the API shows it.
    ///
    /// @param pageUrl where the customer pays it; left out when empty
    static Map<String, Object> json(Intent intent, String pageUrl) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", intent.intentId());
        json.put("payment_id", intent.paymentId());
        json.put("status", intent.status());
        json.put("currency", intent.currency());
        json.put("amount", intent.amountMinor());
        json.put("captured", intent.capturedMinor());
        json.put("refunded", intent.refundedMinor());
        json.put("failure", intent.status().equals("FAILED") ? "card_declined" : "");
        if (!pageUrl.isEmpty()) {
            json.put("page_url", pageUrl);
        }
        return json;
    }
}
