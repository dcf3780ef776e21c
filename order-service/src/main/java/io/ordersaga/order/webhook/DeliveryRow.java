package io.ordersaga.order.webhook;

import java.time.Instant;

/// An event that was sent to an endpoint or was tried, as its columns hold it.
///
/// @param attempts how often it was sent
/// @param lastStatus HTTP status of the last answer, 0 when there was none
/// @param lastError why the last attempt failed; empty when it did not
public record DeliveryRow(
        String webhookEndpointId,
        String orderId,
        long seq,
        String eventType,
        DeliveryState state,
        int attempts,
        int lastStatus,
        String lastError,
        Instant createTime,
        Instant updateTime) {}
