package io.ordersaga.transcoder.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.ordersaga.transcoder.transcoding.Contracts;
import io.ordersaga.transcoder.transcoding.KnownFields;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds the document. Same descriptors, same bytes.
public final class OpenApiDocument {
    private static final String DESCRIPTION = """
            Bodies are proto3 JSON: names in camelCase (the names in the proto are understood too), 64-bit numbers as
            strings (numbers are understood too), times in RFC 3339. An unknown field or query parameter is refused.

            `X-User-Id` and `X-User-Roles` (`customer`, `staff`, `admin`, separated by commas) say who is asking.
            `X-Request-Id` is taken over when it is sent and is on every answer. `X-Request-Timeout-Ms` limits how long
            a request may take. `traceparent` is carried through the whole system.

            What has an `etag` has it as the header `ETag` too: `If-None-Match` saves reading it again, and a change with
            `If-Match` is made only to that state, or else refused with 412. `Idempotency-Key` (1 to 255 characters) makes
            a request safe to repeat: the stored answer comes with `Idempotent-Replayed: true`; with another body it is
            refused with 422, while the first one is under way with 409. `PUT` is understood as `PATCH`.

            Errors have a reason for programs in `error.details`; ask for `application/problem+json` to get RFC 9457.""";

    private final JsonMapper json = new JsonMapper();
    private final Comments comments;
    private final Schemas schemas;
    private final Parameters parameters;

    private OpenApiDocument(Contracts contracts) {
        this.comments = new Comments(contracts.files());
        this.schemas = new Schemas(json, comments);
        this.parameters = new Parameters(json, comments, schemas);
    }

    /// The document as JSON in UTF-8.
    public static byte[] of(Contracts contracts, RouteTable routes) {
        return new OpenApiDocument(contracts).bytes(routes);
    }

    private byte[] bytes(RouteTable routes) {
        ObjectNode document = json.createObjectNode().put("openapi", "3.1.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "ordersaga").put("version", "1").put("description", DESCRIPTION);
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/");
        document.putArray("security");
        ArrayNode tags = document.putArray("tags");
        for (ServiceDescriptor service : services(routes)) {
            tags.addObject().put("name", service.getName()).put("description", comments.text(service));
        }
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes.routes()) {
            paths.withObjectProperty(parameters.path(route))
                    .set(route.httpMethod().toLowerCase(Locale.ROOT), operation(route));
        }
        ObjectNode components = document.putObject("components");
        ObjectNode schemaComponents = components.putObject("schemas");
        schemas.components().forEach(schemaComponents::set);
        ErrorSchemas.addTo(components);
        return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
    }

    private static Set<ServiceDescriptor> services(RouteTable routes) {
        Set<ServiceDescriptor> services = new LinkedHashSet<>();
        routes.routes().forEach(route -> services.add(route.rpc().getService()));
        return services;
    }

    private ObjectNode operation(Route route) {
        MethodDescriptor rpc = route.rpc();
        ObjectNode operation = json.createObjectNode();
        operation.putArray("tags").add(rpc.getService().getName());
        String comment = comments.text(rpc);
        operation.put("summary", firstSentence(comment));
        operation.put("description", comment);
        operation.put(
                "operationId",
                rpc.getService().getName() + "_" + rpc.getName() + (route.binding() == 0 ? "" : "_" + route.binding()));
        ArrayNode list = parameters.of(route);
        if (!list.isEmpty()) {
            operation.set("parameters", list);
        }
        switch (route.body()) {
            case Route.NoBody() -> {}
            case Route.WholeBody() -> {
                schemas.markRequest(rpc.getInputType());
                ObjectNode content = body(operation, schemas.ofMessage(rpc.getInputType()));
                comments.example(rpc.getInputType())
                        .ifPresent(example -> content.set("example", schemas.exampleValue(example)));
            }
            case Route.FieldBody(var field) -> {
                schemas.markRequest(rpc.getInputType());
                body(operation, schemas.ofField(field));
            }
            case Route.RawBody(var _) -> raw(operation.putObject("requestBody").put("required", true));
        }
        operation.set("responses", responses(route));
        return operation;
    }

    private ObjectNode body(ObjectNode operation, ObjectNode schema) {
        ObjectNode body = operation.putObject("requestBody").put("required", true);
        ObjectNode content = body.putObject("content").putObject("application/json");
        content.set("schema", schema);
        return content;
    }

    /// Anything, as it is.
    private static void raw(ObjectNode bodyOrResponse) {
        bodyOrResponse
                .putObject("content")
                .putObject("*/*")
                .putObject("schema")
                .put("type", "string")
                .put("format", "binary");
    }

    private ObjectNode responses(Route route) {
        ObjectNode responses = json.createObjectNode();
        // A service may answer something that changes with another 2xx; reading is always 200.
        ObjectNode success = responses.putObject(route.httpMethod().equals("GET") ? "200" : "2XX");
        success.put("description", "Done, or, with 202, begun.");
        if (route.httpMethod().equals("GET")) {
            success.put("description", "As asked.");
        }
        Descriptor shown = route.responseField()
                .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .map(FieldDescriptor::getMessageType)
                .orElseGet(() -> route.rpc().getOutputType());
        if (KnownFields.isHttpBody(shown)) {
            raw(success);
        } else {
            success.putObject("content")
                    .putObject("application/json")
                    .set(
                            "schema",
                            route.responseField()
                                    .map(schemas::ofField)
                                    .orElseGet(
                                            () -> schemas.ofMessage(route.rpc().getOutputType())));
        }
        responses.putObject("4XX").put("$ref", "#/components/responses/" + ErrorSchemas.REFUSED);
        responses.putObject("5XX").put("$ref", "#/components/responses/" + ErrorSchemas.FAILED);
        return responses;
    }

    /// A title: up to the first full stop, colon or semicolon, as plain text.
    private static String firstSentence(String comment) {
        String plain = comment.replace("`", "");
        Matcher end = Pattern.compile("[.:;](\\s|$)").matcher(plain);
        return end.find() ? plain.substring(0, end.start()) : plain;
    }
}
