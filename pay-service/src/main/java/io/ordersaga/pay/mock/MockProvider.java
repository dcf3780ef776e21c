package io.ordersaga.pay.mock;

import io.ordersaga.pay.Payment;
import io.ordersaga.pay.PaymentProvider;
import io.ordersaga.pay.ProviderUnavailableException;
import io.ordersaga.pay.Refund;
import io.ordersaga.pay.UnreadableNoticeException;
import io.ordersaga.pay.provider.ProviderCalls;
import io.ordersaga.pay.provider.WebhookSignature;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The mock, reached over HTTP as any provider is.
final class MockProvider implements PaymentProvider {
    static final String NAME = "mock";
    static final String SIGNATURE = "mock-signature";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Supplier<String> url;
    private final ProviderCalls calls;
    private final WebhookSignature signature;
    private final InstantSource clock;

    /// @param url of its API; asked for with each call
    MockProvider(Supplier<String> url, ProviderCalls calls, WebhookSignature signature, InstantSource clock) {
        this.url = url;
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
        JsonNode intent = demanded(post(
                "/v1/intents",
                Map.of(
                        "payment_id", payment.paymentId(),
                        "currency", payment.currency(),
                        "amount", payment.amountMinor())));
        return new Intent(text(intent, "id"), text(intent, "page_url"), "");
    }

    @Override
    public IntentReport find(String intentId) {
        return report(demanded(calls.send(request("/v1/intents/" + intentId).GET())));
    }

    @Override
    public IntentReport close(String intentId) {
        return report(demanded(post("/v1/intents/" + intentId + "/cancel", Map.of())));
    }

    @Override
    public RefundReport refund(String intentId, Refund refund) {
        ProviderCalls.Answer answer = post(
                "/v1/refunds",
                Map.of("refund_id", refund.refundId(), "intent_id", intentId, "amount", refund.amountMinor()));
        return answer.ok()
                ? refundReport(answer.body())
                : new RefundReport(
                        refund.refundId(), Optional.empty(), Refund.State.FAILED, text(answer.body(), "error"));
    }

    @Override
    public Notice read(byte[] body) {
        try {
            JsonNode event = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            String id = text(event, "id");
            String type = text(event, "type");
            return switch (type) {
                case "intent" -> new IntentNotice(id, type, report(event.path("object")));
                case "refund" -> new RefundNotice(id, type, refundReport(event.path("object")));
                default -> throw new UnreadableNoticeException("no notice of the mock is of type " + type);
            };
        } catch (JacksonException | ProviderUnavailableException | IllegalArgumentException e) {
            throw new UnreadableNoticeException("not a notice of the mock: " + e.getMessage());
        }
    }

    @Override
    public Verdict verify(Map<String, String> headers, byte[] body) {
        return signature.verify(headers.get(SIGNATURE), body, clock.instant());
    }

    private static IntentReport report(JsonNode intent) {
        IntentStatus status = IntentStatus.valueOf(text(intent, "status"));
        return new IntentReport(
                text(intent, "id"),
                text(intent, "payment_id"),
                status,
                text(intent, "currency"),
                status == IntentStatus.SUCCEEDED ? intent.path("captured").asLong(0) : 0,
                intent.path("failure").asString(""));
    }

    private static RefundReport refundReport(JsonNode refund) {
        return new RefundReport(
                text(refund, "id"),
                Optional.of("mock-" + text(refund, "id")),
                Refund.State.valueOf(text(refund, "status")),
                refund.path("failure").asString(""));
    }

    private static JsonNode demanded(ProviderCalls.Answer answer) {
        if (!answer.ok()) {
            throw new ProviderUnavailableException("the mock refused with " + answer.code(), null);
        }
        return answer.body();
    }

    private ProviderCalls.Answer post(String path, Map<String, Object> body) {
        return calls.send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url.get() + path));
    }

    private static String text(JsonNode object, String field) {
        String text = object.path(field).asString("");
        if (text.isEmpty()) {
            throw new ProviderUnavailableException("the mock says nothing about " + field, null);
        }
        return text;
    }
}
