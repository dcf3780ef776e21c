package io.ordersaga.order.webhook;

import io.ordersaga.kit.SecretBox;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What requests to endpoints are signed with, kept sealed. Thread-safe.
final class EndpointSecrets {
    private static final Logger log = LoggerFactory.getLogger(EndpointSecrets.class);

    private final WebhookTable table;
    private final SecretBox box;

    EndpointSecrets(WebhookTable table, SecretBox box) {
        this.table = table;
        this.box = box;
    }

    boolean canSeal() {
        return box.canSeal();
    }

    String seal(String webhookEndpointId, String secret) {
        return box.seal(secret, owner(webhookEndpointId));
    }

    /// Empty when it cannot be opened with the keys that are here.
    Optional<String> open(EndpointRow endpoint) {
        return box.open(endpoint.secret(), owner(endpoint.webhookEndpointId()));
    }

    /// Seals what is plain or was sealed with an old key. Another replica may do the same: the first one
    /// has done it.
    void renew() {
        for (EndpointRow endpoint : table.listEndpoints()) {
            Optional<String> sealed = box.renewed(endpoint.secret(), owner(endpoint.webhookEndpointId()));
            if (sealed.isPresent()) {
                table.reseal(endpoint.webhookEndpointId(), endpoint.secret(), sealed.get());
                log.info("The secret of {} was sealed", endpoint);
            } else if (!box.canSeal() && SecretBox.isPlain(endpoint.secret())) {
                log.warn(
                        "The secret of {} is kept as it is: there is no ordersaga.order-webhooks.sealing.key",
                        endpoint);
            } else if (open(endpoint).isEmpty()) {
                log.error("The secret of {} cannot be opened: none of the keys that are set sealed it", endpoint);
            }
        }
    }

    private static String owner(String webhookEndpointId) {
        return "webhook_endpoint " + webhookEndpointId;
    }
}
