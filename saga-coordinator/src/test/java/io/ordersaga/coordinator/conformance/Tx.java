package io.ordersaga.coordinator.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A transaction in the making, the same for every wire. Not thread-safe.
final class Tx {

    static final JsonMapper JSON = JsonMapper.builder().build();

    record Step(String action, String compensate) {}

    final String gid;
    final String type;
    final List<Step> steps = new ArrayList<>();
    final Map<String, Long> numbers = new LinkedHashMap<>();
    final Map<String, String> headers = new LinkedHashMap<>();
    final Map<String, String> extra = new LinkedHashMap<>();
    String customData = "";
    String queryPrepared = "";
    String rollbackReason = "";
    boolean wait;
    boolean concurrent;
    boolean dataInSteps;
    private int payloads = -1;
    private int payloadBytes = -1;

    Tx(String gid, String type) {
        this.gid = gid;
        this.type = type;
    }

    Tx step(String action, String compensate) {
        steps.add(new Step(action, compensate));
        return this;
    }

    Tx waiting() {
        wait = true;
        return this;
    }

    /// One of `retry_interval`, `request_timeout`, `timeout_to_fail` and `retry_limit`.
    Tx option(String name, long value) {
        numbers.put(name, value);
        return this;
    }

    Tx header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Tx customData(String text) {
        customData = text;
        return this;
    }

    Tx queryPrepared(String url) {
        queryPrepared = url;
        return this;
    }

    Tx reason(String text) {
        rollbackReason = text;
        return this;
    }

    Tx concurrent() {
        concurrent = true;
        return this;
    }

    Tx extra(String name, String value) {
        extra.put(name, value);
        return this;
    }

    /// Payloads where clients before DTM 1.10 put them.
    Tx legacy() {
        dataInSteps = true;
        return this;
    }

    /// `{}` for every step.
    Tx emptyPayloads() {
        payloadBytes = 0;
        return this;
    }

    /// A payload of so many bytes for every step.
    Tx payloadBytes(int bytes) {
        payloadBytes = bytes;
        return this;
    }

    /// So many payloads, whatever the number of steps.
    Tx payloads(int count) {
        payloads = count;
        return this;
    }

    int payloads() {
        return payloads < 0 ? steps.size() : payloads;
    }

    String payload(int step) {
        if (payloadBytes >= 0) {
            return "{" + "x".repeat(payloadBytes) + "}";
        }
        return "{\"step\":" + (step + 1) + "}";
    }

    ArrayNode stepsJson() {
        ArrayNode array = JSON.createArrayNode();
        for (int index = 0; index < steps.size(); index++) {
            ObjectNode step = array.addObject().put("action", steps.get(index).action());
            if (!type.equals("msg")) {
                step.put("compensate", steps.get(index).compensate());
            }
            if (dataInSteps) {
                step.put("data", payload(index));
            }
        }
        return array;
    }

    ObjectNode json(Wire wire) {
        ObjectNode body = JSON.createObjectNode().put("gid", gid).put("trans_type", type);
        body.put("protocol", wire == Wire.JSON_RPC ? "json-rpc" : "");
        body.put("concurrent", concurrent).put("wait_result", wait);
        body.set("steps", stepsJson());
        if (!dataInSteps) {
            ArrayNode payloads = body.putArray("payloads");
            for (int index = 0; index < payloads(); index++) {
                payloads.add(payload(index));
            }
        }
        body.put("custom_data", customData).put("query_prepared", queryPrepared);
        body.put("rollback_reason", rollbackReason);
        numbers.forEach(body::put);
        headers.forEach(body.putObject("branch_headers")::put);
        extra.forEach(body.putObject("req_extra")::put);
        return body;
    }
}
