package io.ordersaga.order.webhook;

import com.google.protobuf.Timestamp;
import io.ordersaga.order.v1.WebhookDelivery;
import io.ordersaga.order.v1.WebhookEndpoint;
import java.time.Instant;

/// From rows to messages. Pure.
final class WebhookProtos {
    private WebhookProtos() {}

    /// Without the secret.
    static WebhookEndpoint message(EndpointRow row, WebhookTable.Backlog backlog) {
        return WebhookEndpoint.newBuilder()
                .setWebhookEndpointId(row.webhookEndpointId())
                .setUrl(row.url())
                .addAllEventTypes(row.types().stream().map(EventRow::publicType).toList())
                .setDescription(row.description())
                .setCreateTime(message(row.createTime()))
                .setPendingOrders(backlog.waiting())
                .setParkedOrders(backlog.parked())
                .setSuspended(row.suspended())
                .build();
    }

    static WebhookDelivery message(DeliveryRow row) {
        return WebhookDelivery.newBuilder()
                .setWebhookEndpointId(row.webhookEndpointId())
                .setEventId(EventRow.eventId(row.orderId(), row.seq()))
                .setEventType(EventRow.publicType(row.eventType()))
                .setState(message(row.state()))
                .setAttempts(row.attempts())
                .setLastStatus(row.lastStatus())
                .setLastError(row.lastError())
                .setCreateTime(message(row.createTime()))
                .setUpdateTime(message(row.updateTime()))
                .build();
    }

    /// The delivery of an event that is to be sent again.
    static DeliveryRow again(EndpointRow endpoint, EventRow event, Instant now) {
        return new DeliveryRow(
                endpoint.webhookEndpointId(),
                event.orderId(),
                event.seq(),
                event.type(),
                DeliveryState.PENDING,
                0,
                0,
                "",
                now,
                now);
    }

    private static WebhookDelivery.State message(DeliveryState state) {
        return switch (state) {
            case PENDING -> WebhookDelivery.State.PENDING;
            case DELIVERED -> WebhookDelivery.State.DELIVERED;
            case PARKED -> WebhookDelivery.State.PARKED;
        };
    }

    private static Timestamp message(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
