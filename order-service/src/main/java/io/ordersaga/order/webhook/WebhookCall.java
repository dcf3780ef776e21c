package io.ordersaga.order.webhook;

import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.SignedPost;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Makes the request that tells an endpoint of an event. Thread-safe.
final class WebhookCall implements AutoCloseable {
    static final String EVENT_ID = "Ordersaga-Event-Id";
    static final String EVENT_TYPE = "Ordersaga-Event-Type";

    private final SignedPost post;
    private final EndpointSecrets secrets;
    private final WebhookConfig config;

    WebhookCall(AddressRules rules, EndpointSecrets secrets, WebhookConfig config) {
        this.post = new SignedPost(rules, config.sending().deadline());
        this.secrets = secrets;
        this.config = config;
    }

    /// @param now the time in the signature
    SignedPost.Result send(EndpointRow endpoint, EventRow event, Instant now) throws InterruptedException {
        Optional<String> secret = secrets.open(endpoint);
        if (secret.isEmpty()) {
            return SignedPost.Result.failed("the secret cannot be opened: it was sealed with another key");
        }
        return post.send(
                URI.create(endpoint.url()),
                secret.get(),
                Map.of(EVENT_ID, event.eventId(), EVENT_TYPE, event.publicType()),
                EventJson.of(event, config.bodyBytesMax()),
                now);
    }

    @Override
    public void close() {
        post.close();
    }
}
