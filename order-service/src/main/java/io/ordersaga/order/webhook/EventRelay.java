package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Empties the outbox: writes each event to the log and puts its order into the lines of the endpoints that
/// want it. Both happen at least once, in the order of the order's events. Any number of replicas may
/// relay.
final class EventRelay {
    private static final Logger log = LoggerFactory.getLogger(EventRelay.class);

    /// The log publisher: one JSON object per event. Has a name of its own, so that it can go to a file of
    /// its own.
    private static final Logger published = LoggerFactory.getLogger("ordersaga.order.events");

    private final OutboxTable outbox;
    private final WebhookTable webhooks;
    private final WebhookConfig config;
    private final InstantSource clock;

    EventRelay(OutboxTable outbox, WebhookTable webhooks, WebhookConfig config, InstantSource clock) {
        this.outbox = outbox;
        this.webhooks = webhooks;
        this.config = config;
        this.clock = clock;
    }

    /// Hands on everything that waits now.
    void relay() {
        int batch = config.relay().batch();
        int taken;
        do {
            // Read anew for each batch: an endpoint hears of everything that happens after it was added.
            List<EndpointRow> endpoints = webhooks.listEndpoints();
            Instant now = clock.instant();
            taken = outbox.drain(batch, (table, events) -> handOn(table, events, endpoints, now));
        } while (taken == batch);
    }

    private void handOn(OutboxTable table, List<EventRow> events, List<EndpointRow> endpoints, Instant now) {
        List<OutboxTable.NewLine> lines = new ArrayList<>();
        for (EndpointRow endpoint : endpoints) {
            for (EventRow event : events) {
                if (endpoint.wants(event.type())) {
                    if (endpoint.suspended()) {
                        log.warn("Event {} is not queued for {}", event.eventId(), endpoint);
                    } else {
                        lines.add(new OutboxTable.NewLine(endpoint.webhookEndpointId(), event.orderId(), event.seq()));
                        // The rest of the events stand behind this one.
                        break;
                    }
                }
            }
        }
        if (!lines.isEmpty()) {
            table.openLines(lines, now);
        }
        for (EventRow event : events) {
            published.info("{}", new String(EventJson.of(event, config.bodyBytesMax()), StandardCharsets.UTF_8));
        }
    }
}
