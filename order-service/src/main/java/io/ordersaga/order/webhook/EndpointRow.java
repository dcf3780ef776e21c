package io.ordersaga.order.webhook;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// A webhook endpoint, as its columns hold it.
///
/// @param eventTypes the stored types it wants, such as `PAID`, separated by commas; empty is all
/// @param secret key of the signatures, as it is kept
/// @param suspended true while too many orders wait for it
public record EndpointRow(
        String webhookEndpointId,
        String url,
        String eventTypes,
        String description,
        String secret,
        boolean suspended,
        Instant createTime) {
    boolean wants(String type) {
        return eventTypes.isEmpty() || types().contains(type);
    }

    List<String> types() {
        return eventTypes.isEmpty()
                ? List.of()
                : Arrays.stream(eventTypes.split(",")).toList();
    }

    /// Without the secret, which belongs into no log.
    @Override
    public String toString() {
        return webhookEndpointId + " " + url;
    }
}
