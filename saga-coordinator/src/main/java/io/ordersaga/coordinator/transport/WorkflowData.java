package io.ordersaga.coordinator.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/// A workflow's `custom_data`: `{"name":"...","data":"<base64>"}`, with which its application is called back.
record WorkflowData(String name, Bytes data) {

    private static final String FIELD = "custom_data";
    private static final WorkflowData NONE = new WorkflowData("workflow", Bytes.EMPTY);

    /// @throws InvalidSagaException names the part that cannot be understood, or that is too large
    static WorkflowData read(String text, SubmitLimits limits) {
        if (text.isEmpty()) {
            return NONE;
        }
        // A third longer as base64, and quoted.
        long longest = 2L * limits.payloadBytesMax();
        if (text.length() > longest) {
            throw new InvalidSagaException(FIELD, "has more than " + longest + " characters");
        }
        JsonNode object = Json.parse(text)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new InvalidSagaException(FIELD, "must be a JSON object with name and data"));
        return new WorkflowData(name(object.path("name")), data(object.path("data")));
    }

    private static String name(JsonNode name) {
        if (!name.isString() || name.asString().isEmpty()) {
            throw new InvalidSagaException("custom_data.name", "must be a string and not empty");
        }
        String text = name.asString();
        return text.length() <= BranchLabel.OP_LENGTH_MAX ? text : tooLong(text);
    }

    private static String tooLong(String text) {
        throw new InvalidSagaException(
                "custom_data.name",
                "has " + text.length() + " characters, at most " + BranchLabel.OP_LENGTH_MAX + " are allowed");
    }

    private static Bytes data(JsonNode data) {
        if (data.isMissingNode() || data.isNull()) {
            return Bytes.EMPTY;
        }
        if (!data.isString()) {
            throw new InvalidSagaException("custom_data.data", "must be a string of base64");
        }
        try {
            return Bytes.of(Base64.getDecoder().decode(data.asString().getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException malformed) {
            throw new InvalidSagaException("custom_data.data", "must be base64");
        }
    }

    /// As `workflow.WorkflowData { bytes Data = 1; }`, which has the form of a wrapped `bytes`.
    Bytes message() {
        BytesValue message = BytesValue.newBuilder()
                .setValue(ByteString.copyFrom(data.toArray()))
                .build();
        return Bytes.of(message.toByteArray());
    }
}
