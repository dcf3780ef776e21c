package io.ordersaga.transcoder.openapi;

import tools.jackson.databind.node.ObjectNode;

/// The form of errors, which is in no contract and so is written by hand.
final class ErrorSchemas {
    static final String REFUSED = "Refused";
    static final String FAILED = "Failed";

    private ErrorSchemas() {}

    static void addTo(ObjectNode components) {
        ObjectNode schemas = (ObjectNode) components.get("schemas");
        if (schemas.has("Error") || schemas.has("Problem")) {
            throw new IllegalArgumentException("A message named Error or Problem would hide the schema of our errors");
        }
        addError(schemas);
        addProblem(schemas);
        ObjectNode responses = components.putObject("responses");
        addResponse(responses, REFUSED, "The request was refused; `reason` in an `ErrorInfo` says why.");
        addResponse(responses, FAILED, "Something failed or cannot be reached; `Retry-After` says when to come again.");
    }

    private static void addResponse(ObjectNode responses, String name, String description) {
        ObjectNode content =
                responses.putObject(name).put("description", description).putObject("content");
        content.putObject("application/json").putObject("schema").put("$ref", "#/components/schemas/Error");
        content.putObject("application/problem+json").putObject("schema").put("$ref", "#/components/schemas/Problem");
    }

    private static void addError(ObjectNode schemas) {
        ObjectNode error = schemas.putObject("Error")
                .put("type", "object")
                .put("description", "An error in the form of AIP-193.")
                .putObject("properties")
                .putObject("error")
                .put("type", "object");
        error.putArray("required").add("code").add("message").add("status").add("details");
        ObjectNode properties = error.putObject("properties");
        properties.putObject("code").put("type", "integer").put("description", "The HTTP code.");
        properties.putObject("message").put("type", "string").put("description", "For people.");
        properties
                .putObject("status")
                .put("type", "string")
                .put("description", "The name of the `google.rpc.Code`.")
                .putArray("examples")
                .add("INVALID_ARGUMENT");
        ObjectNode detail = properties.putObject("details").put("type", "array").putObject("items");
        detail.put("type", "object")
                .put(
                        "description",
                        "A `google.rpc` message: `ErrorInfo` with reason and metadata, `BadRequest` with the wrong "
                                + "fields, `RetryInfo`, `RequestInfo` and others.");
        detail.putArray("required").add("@type");
        detail.putObject("properties").putObject("@type").put("type", "string");
        ((ObjectNode) schemas.get("Error")).putArray("required").add("error");
    }

    private static void addProblem(ObjectNode schemas) {
        ObjectNode problem = schemas.putObject("Problem")
                .put("type", "object")
                .put("description", "The same error in the form of RFC 9457.");
        ObjectNode properties = problem.putObject("properties");
        properties.putObject("type").put("type", "string").put("format", "uri-reference");
        properties.putObject("title").put("type", "string");
        properties.putObject("status").put("type", "integer");
        properties.putObject("detail").put("type", "string");
        properties.putObject("instance").put("type", "string").put("format", "uri-reference");
        properties.putObject("code").put("type", "string");
        properties.putObject("reason").put("type", "string");
        properties.putObject("domain").put("type", "string");
        properties
                .putObject("metadata")
                .put("type", "object")
                .putObject("additionalProperties")
                .put("type", "string");
        ObjectNode field = properties
                .putObject("errors")
                .put("type", "array")
                .putObject("items")
                .put("type", "object")
                .putObject("properties");
        field.putObject("field").put("type", "string");
        field.putObject("detail").put("type", "string");
    }
}
