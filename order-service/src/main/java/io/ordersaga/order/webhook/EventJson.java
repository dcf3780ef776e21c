package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An event as JSON: the body of a webhook and the line in the log. The same event always makes the same
/// bytes.
final class EventJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    private EventJson() {}

    /// @param bytesMax without its details when it would be larger, and then says so
    static byte[] of(EventRow event, int bytesMax) {
        ObjectNode json = frame(event);
        json.set("detail", detail(event.eventId(), event.detail()));
        byte[] whole = bytes(json);
        if (whole.length <= bytesMax) {
            return whole;
        }
        return bytes(frame(event).put("detailDropped", true));
    }

    private static ObjectNode frame(EventRow event) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", event.eventId())
                .put("type", event.publicType())
                .put("orderId", event.orderId())
                .put("seq", event.seq())
                .put("eventTime", event.eventTime().toString())
                .put("actor", event.actor())
                .put("toState", event.toState());
        put(json, "fromState", event.fromState());
        put(json, "gid", event.gid());
        return json;
    }

    private static void put(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    private static JsonNode detail(String eventId, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalStateException("the details of event " + eventId + " are no JSON", e);
        }
    }

    private static byte[] bytes(ObjectNode json) {
        return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    }
}
