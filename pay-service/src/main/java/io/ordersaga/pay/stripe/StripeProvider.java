package io.ordersaga.pay.stripe;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.Payment;
import io.ordersaga.pay.PaymentProvider;
import io.ordersaga.pay.ProviderRefusedException;
import io.ordersaga.pay.ProviderUnavailableException;
import io.ordersaga.pay.Refund;
import io.ordersaga.pay.UnreadableNoticeException;
import io.ordersaga.pay.provider.ProviderCalls;
import io.ordersaga.pay.provider.WebhookSignature;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Stripe: PaymentIntents, Refunds and their events. Amounts are in the smallest unit of the currency on
/// both sides; ISK, HUF, TWD, UGX and the currencies of three decimals have rules of their own at Stripe
/// and are refused there.
final class StripeProvider implements PaymentProvider {
    static final String NAME = "stripe";

    private static final String SIGNATURE = "stripe-signature";
    private static final int ID_LENGTH_MAX = 128;
    private static final int FAILURE_LENGTH_MAX = 64;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PayConfig.Stripe config;
    private final ProviderCalls calls;
    private final WebhookSignature signature;
    private final InstantSource clock;

    StripeProvider(PayConfig.Stripe config, ProviderCalls calls, WebhookSignature signature, InstantSource clock) {
        this.config = config;
        this.calls = calls;
        this.signature = signature;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Intent open(Payment payment) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("amount", Long.toString(payment.amountMinor()));
        form.put("currency", payment.currency().toLowerCase(Locale.ROOT));
        form.put("automatic_payment_methods[enabled]", "true");
        form.put("metadata[payment_id]", payment.paymentId());
        form.put("metadata[order_id]", payment.orderId());
        ProviderCalls.Answer answer = post("/v1/payment_intents", payment.paymentId(), form);
        if (!answer.ok()) {
            throw new ProviderRefusedException(failure(answer));
        }
        JsonNode intent = answer.body();
        return new Intent(id(intent), "", text(intent, "client_secret"));
    }

    @Override
    public IntentReport find(String intentId) {
        return report(demanded(
                calls.send(request("/v1/payment_intents/" + encoded(intentId)).GET())));
    }

    @Override
    public IntentReport close(String intentId) {
        // The key makes a repeated call answer as the first did, which is wrong once things have changed: none here.
        ProviderCalls.Answer answer = post("/v1/payment_intents/" + encoded(intentId) + "/cancel", "", Map.of());
        if (answer.ok()) {
            return report(answer.body());
        }
        JsonNode error = answer.body().path("error");
        if (text(error, "code").equals("payment_intent_unexpected_state")
                && error.path("payment_intent").isObject()) {
            return report(error.path("payment_intent"));
        }
        return find(intentId);
    }

    @Override
    public RefundReport refund(String intentId, Refund refund) {
        if (refund.providerRefundId().isPresent()) {
            String id = refund.providerRefundId().get();
            return refundReport(
                    demanded(calls.send(request("/v1/refunds/" + encoded(id)).GET())));
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("payment_intent", intentId);
        form.put("amount", Long.toString(refund.amountMinor()));
        form.put("metadata[refund_id]", refund.refundId());
        form.put("metadata[payment_id]", refund.paymentId());
        ProviderCalls.Answer answer = post("/v1/refunds", refund.refundId(), form);
        return answer.ok()
                ? refundReport(answer.body())
                : new RefundReport(refund.refundId(), Optional.empty(), Refund.State.FAILED, failure(answer));
    }

    @Override
    public Notice read(byte[] body) {
        try {
            JsonNode event = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            String id = text(event, "id");
            String type = text(event, "type");
            if (!id.matches("[A-Za-z0-9_-]{1,128}") || !type.matches("[a-z0-9_.]{1,64}")) {
                throw new UnreadableNoticeException("an event has an id and a type");
            }
            JsonNode object = event.path("data").path("object");
            return switch (type) {
                case "payment_intent.succeeded",
                        "payment_intent.payment_failed",
                        "payment_intent.processing",
                        "payment_intent.canceled" -> new IntentNotice(id, type, report(object));
                case "refund.created", "refund.updated", "refund.failed" ->
                    new RefundNotice(id, type, refundReport(object));
                default -> new OtherNotice(id, type);
            };
        } catch (JacksonException | ProviderUnavailableException e) {
            throw new UnreadableNoticeException("not an event: " + e.getMessage());
        }
    }

    @Override
    public Verdict verify(Map<String, String> headers, byte[] body) {
        return signature.verify(headers.get(SIGNATURE), body, clock.instant());
    }

    private IntentReport report(JsonNode intent) {
        IntentStatus status = switch (text(intent, "status")) {
            case "requires_payment_method" ->
                intent.path("last_payment_error").isObject() ? IntentStatus.FAILED : IntentStatus.OPEN;
            case "requires_confirmation", "requires_action" -> IntentStatus.OPEN;
            // Money that is only reserved is not here yet; we never ask for it to be reserved only.
            case "processing", "requires_capture" -> IntentStatus.PROCESSING;
            case "succeeded" -> IntentStatus.SUCCEEDED;
            case "canceled" -> IntentStatus.CANCELED;
            case String other -> throw new ProviderUnavailableException("Stripe says an intent is " + other, null);
        };
        JsonNode error = intent.path("last_payment_error");
        String decline = text(error, "decline_code");
        return new IntentReport(
                id(intent),
                text(intent.path("metadata"), "payment_id"),
                status,
                text(intent, "currency").toUpperCase(Locale.ROOT),
                status == IntentStatus.SUCCEEDED
                        ? intent.path("amount_received").asLong(0)
                        : 0,
                word(decline.isEmpty() ? text(error, "code") : decline));
    }

    private RefundReport refundReport(JsonNode refund) {
        Refund.State state = switch (text(refund, "status")) {
            case "pending", "requires_action" -> Refund.State.PENDING;
            case "succeeded" -> Refund.State.SUCCEEDED;
            case "failed", "canceled" -> Refund.State.FAILED;
            case String other -> throw new ProviderUnavailableException("Stripe says a refund is " + other, null);
        };
        return new RefundReport(
                text(refund.path("metadata"), "refund_id"),
                Optional.of(id(refund)),
                state,
                word(text(refund, "failure_reason")));
    }

    /// The body of an answer that can only be a success; Stripe would otherwise refuse what is our own
    /// mistake.
    private static JsonNode demanded(ProviderCalls.Answer answer) {
        if (!answer.ok()) {
            throw new ProviderUnavailableException("Stripe refused with " + failure(answer), null);
        }
        return answer.body();
    }

    private ProviderCalls.Answer post(String path, String key, Map<String, String> form) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"))));
        return calls.send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(config.url() + path))
                .header("Authorization", "Bearer " + config.secretKey())
                .header("Stripe-Version", config.version());
    }

    private static String failure(ProviderCalls.Answer answer) {
        JsonNode error = answer.body().path("error");
        String code = text(error, "code");
        return word(code.isEmpty() ? "http_" + answer.code() : code);
    }

    private static String id(JsonNode object) {
        String id = text(object, "id");
        if (!id.matches("[A-Za-z0-9_-]{1," + ID_LENGTH_MAX + "}")) {
            throw new ProviderUnavailableException("Stripe answered without an id", null);
        }
        return id;
    }

    /// What a provider says, in a form that is safe to store and to show.
    private static String word(String text) {
        String word = text.replaceAll("[^A-Za-z0-9_.-]", "_");
        return word.length() <= FAILURE_LENGTH_MAX ? word : word.substring(0, FAILURE_LENGTH_MAX);
    }

    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
