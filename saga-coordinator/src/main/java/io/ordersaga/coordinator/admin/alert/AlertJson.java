package io.ordersaga.coordinator.admin.alert;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a subscriber is told, as JSON.
final class AlertJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BODY_LENGTH_MAX = 4000;
    private static final int SUMMARY_LENGTH_MAX = 600;

    private AlertJson() {}

    /// @param event `firing`, `recovered` or `test`
    /// @param endTime null while it is on
    static String of(
            String event,
            String id,
            String kind,
            String fingerprint,
            String summary,
            long value,
            String sampleGid,
            String startTime,
            @Nullable String endTime) {
        ObjectNode body = JSON.createObjectNode();
        body.put("event", event).put("id", id).put("kind", kind).put("fingerprint", fingerprint);
        body.put("summary", cut(summary, SUMMARY_LENGTH_MAX)).put("value", value);
        body.put("sampleGid", sampleGid).put("startTime", startTime);
        if (endTime != null) {
            body.put("endTime", endTime);
        }
        String text = JSON.writeValueAsString(body);
        // Escapes make a text longer; whoever gets it finds the rest by the id.
        return text.length() <= BODY_LENGTH_MAX
                ? text
                : JSON.writeValueAsString(body.put("summary", "").put("sampleGid", ""));
    }

    static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    static String cut(String text, int lengthMax) {
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax);
    }
}
