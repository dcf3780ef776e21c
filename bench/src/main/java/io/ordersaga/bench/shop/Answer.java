package io.ordersaga.bench.shop;

import tools.jackson.databind.JsonNode;

/// What the gateway said.
///
/// @param code of HTTP; 0 when no answer came
/// @param body of the answer; an empty object when there was none, or not in JSON
/// @param text of the answer as it came, or why none did
record Answer(int code, JsonNode body, String text) {
    private static final int INTERNAL = 500;

    boolean ok() {
        return code / 100 == 2;
    }

    /// Nothing is known: it may have been done or not, and may be asked for again.
    boolean unknown() {
        return code == 0 || code == 429 || code > INTERNAL || reason().equals("IDEMPOTENCY_IN_PROGRESS");
    }

    /// A defect of the shop, whatever the request was.
    boolean defect() {
        return code == INTERNAL;
    }

    /// Reason of the refusal, such as `OUT_OF_STOCK`; empty when it says none.
    String reason() {
        for (JsonNode detail : body.path("error").path("details")) {
            if (detail.path("@type").asString("").endsWith("google.rpc.ErrorInfo")) {
                return detail.path("reason").asString("");
            }
        }
        return "";
    }

    String field(String name) {
        return body.path(name).asString("");
    }
}
