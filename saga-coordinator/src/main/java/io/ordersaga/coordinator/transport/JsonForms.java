package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.transport.SubmitForm.BranchForm;
import io.ordersaga.coordinator.transport.SubmitForm.MoreForm;
import io.ordersaga.coordinator.transport.SubmitForm.OptionsForm;
import io.ordersaga.coordinator.transport.SubmitForm.StepForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// DTM's `TransGlobal` JSON as a form. Unknown fields are ignored, as DTM does: its clients send some.
final class JsonForms {

    private JsonForms() {}

    static SubmitForm form(JsonNode body, Optional<String> traceparent) {
        if (!body.isObject()) {
            throw new InvalidSagaException("", "the body must be a JSON object");
        }
        List<Bytes> payloads = new ArrayList<>();
        for (JsonNode payload : elements(body, "payloads")) {
            payloads.add(Bytes.of(text("payloads", payload)));
        }
        return new SubmitForm(
                text(body, "gid"),
                text(body, "trans_type"),
                protocol(text(body, "protocol")),
                steps(elements(body, "steps")),
                payloads,
                text(body, "custom_data"),
                Traceparent.addTo(strings(body, "branch_headers"), traceparent),
                new OptionsForm(
                        number(body, "retry_interval"),
                        number(body, "request_timeout"),
                        number(body, "timeout_to_fail"),
                        number(body, "retry_limit")),
                new MoreForm(
                        truth(body, "wait_result"),
                        truth(body, "concurrent"),
                        text(body, "query_prepared"),
                        text(body, "rollback_reason"),
                        strings(body, "req_extra")));
    }

    /// A flat object of strings. What is no string is left out: nothing here is ever read from it.
    static BranchForm branch(JsonNode body) {
        if (!body.isObject()) {
            throw new InvalidSagaException("", "the body must be a JSON object");
        }
        Map<String, String> data = new TreeMap<>();
        body.properties().forEach(entry -> {
            if (entry.getValue().isString()) {
                data.put(entry.getKey(), entry.getValue().asString());
            }
        });
        return new BranchForm(
                text(body, "gid"),
                text(body, "trans_type"),
                text(body, "branch_id"),
                data,
                Bytes.of(text(body, "data")));
    }

    private static boolean truth(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (isAbsent(value)) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new InvalidSagaException(field, "must be true or false");
        }
        return value.asBoolean();
    }

    /// The text that the gRPC request carries in its field `Steps`; Go's client sends `null` for none.
    static List<StepForm> stepsOfText(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        JsonNode steps = Json.parse(text)
                .filter(tree -> tree.isArray() || tree.isNull())
                .orElseThrow(() -> new InvalidSagaException("steps", "must be a JSON array of steps"));
        return steps(steps);
    }

    private static List<StepForm> steps(JsonNode array) {
        List<StepForm> steps = new ArrayList<>();
        for (JsonNode step : array) {
            String field = "steps[" + steps.size() + "]";
            if (!step.isObject()) {
                throw new InvalidSagaException(field, "must be an object with action and compensate");
            }
            Optional<Bytes> data = isAbsent(step.path("data"))
                    ? Optional.empty()
                    : Optional.of(Bytes.of(text(field + ".data", step.path("data"))));
            steps.add(new StepForm(
                    text(field + ".action", step.path("action")),
                    text(field + ".compensate", step.path("compensate")),
                    data));
        }
        return steps;
    }

    private static Protocol protocol(String protocol) {
        return switch (protocol) {
            case "", "http" -> Protocol.HTTP;
            case "grpc" -> Protocol.GRPC;
            case "json-rpc" -> Protocol.JSON_RPC;
            default -> throw new InvalidSagaException("protocol", "must be http, grpc or json-rpc");
        };
    }

    private static Map<String, String> strings(JsonNode body, String field) {
        JsonNode object = body.path(field);
        Map<String, String> strings = new TreeMap<>();
        if (isAbsent(object)) {
            return strings;
        }
        if (!object.isObject()) {
            throw new InvalidSagaException(field, "must be an object");
        }
        object.properties().forEach(entry -> strings.put(entry.getKey(), text(field, entry.getValue())));
        return strings;
    }

    private static JsonNode elements(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (!isAbsent(value) && !value.isArray()) {
            throw new InvalidSagaException(field, "must be an array");
        }
        return value;
    }

    private static String text(JsonNode body, String field) {
        return text(field, body.path(field));
    }

    private static String text(String field, JsonNode value) {
        if (isAbsent(value)) {
            return "";
        }
        if (!value.isString()) {
            throw new InvalidSagaException(field, "must be a string");
        }
        return value.asString();
    }

    private static long number(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (isAbsent(value)) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InvalidSagaException(field, "must be a whole number");
        }
        return value.asLong();
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
