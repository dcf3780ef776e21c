package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An event as JSON: the body of a webhook and the line in the log. The same event always makes the same bytes.
final class EventJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    private EventJson() {}

    /// @param bytesMax without its details when it would be larger, and then says so
    static byte[] of(EventRow event, int bytesMax) {
        ObjectNode json = frame(event);
        if (event.detail() != null) {
            json.set("detail", detail(event));
        }
        byte[] whole = bytes(json);
        if (whole.length <= bytesMax) {
            return whole;
        }
        return bytes(frame(event).put("detailDropped", true));
    }

    private static ObjectNode frame(EventRow event) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", event.eventId())
                .put("type", event.type())
                .put("orderId", event.orderId())
                .put("seq", event.seq())
                .put("createTime", event.createTime().toString())
                .put("actor", event.actor());
        put(json, "fromState", event.fromState());
        put(json, "toState", event.toState());
        put(json, "gid", event.gid());
        return json;
    }

    private static void put(ObjectNode json, String key, @org.jspecify.annotations.Nullable String value) {
        if (value != null && !value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static tools.jackson.databind.JsonNode detail(EventRow event) {
        try {
            return JSON.readTree(event.detail());
        } catch (JacksonException e) {
            throw new IllegalStateException("the details of event " + event.eventId() + " are no JSON", e);
        }
    }

    private static byte[] bytes(ObjectNode json) {
        return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    }
}
