package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the request message of an HTTP request: body first, then query, then the path, because what the path says
/// wins over the body, and the headers last.
public final class RequestReader {
    private final JsonReader json;

    /// @param depthMax how deep JSON may be nested
    public RequestReader(int depthMax, TypeRegistry types) {
        this.json = new JsonReader(depthMax, types);
    }

    /// Fails with everything that is wrong with the request.
    public DynamicMessage read(RouteMatch.Found match, HttpInput input) throws BadRequestException {
        Route route = match.route();
        DynamicMessage.Builder message = DynamicMessage.newBuilder(route.rpc().getInputType());
        Violations violations = new Violations();
        byte[] body = input.body().toByteArray();
        switch (route.body()) {
            case Route.NoBody() -> {}
            case Route.WholeBody() -> json.readMessage(body, message, violations);
            case Route.FieldBody(var field) -> json.readField(body, message, field, violations);
            case Route.RawBody(var field) -> message.setField(field, raw(field, input));
        }
        new QueryReader(route, message, violations).read(input.query());
        for (Map.Entry<PathTemplate.Variable, String> variable :
                match.variables().entrySet()) {
            FieldPath path = fieldOf(route, variable.getKey());
            try {
                path.container(message).setField(path.leaf(), Values.fromText(path.leaf(), variable.getValue()));
            } catch (BadValueException e) {
                violations.add(path.jsonName(), e.description());
            }
        }
        new HeaderReader(route, message, violations).read(input.headers());
        violations.throwIfAny();
        addMask(route, body, message);
        return message.build();
    }

    private static Object raw(FieldDescriptor field, HttpInput input) {
        String contentType = input.headers().getOrDefault("content-type", "");
        return KnownFields.isHttpBody(field)
                ? KnownFields.httpBody(field.getMessageType(), contentType, input.body())
                : input.body();
    }

    /// AIP-134: a partial update without a mask is about the fields that it has. A message in it is replaced as a
    /// whole.
    private void addMask(Route route, byte[] body, DynamicMessage.Builder message) {
        Optional<FieldDescriptor> mask = KnownFields.updateMask(message.getDescriptorForType());
        if (mask.isPresent()
                && !message.hasField(mask.get())
                && route.httpMethod().equals("PATCH")
                && route.body() instanceof Route.FieldBody(var field)
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            List<String> names = json.fieldsOf(body, field.getMessageType());
            if (!names.isEmpty()) {
                Descriptor type = mask.get().getMessageType();
                DynamicMessage.Builder fields = DynamicMessage.newBuilder(type);
                names.forEach(name -> fields.addRepeatedField(type.findFieldByName("paths"), name));
                message.setField(mask.get(), fields.build());
            }
        }
    }

    /// The fields that the path and a body field bind, which therefore are no query parameters.
    public static List<FieldPath> boundFields(Route route) {
        List<FieldPath> bound = new ArrayList<>();
        route.template().variables().forEach(variable -> bound.add(fieldOf(route, variable)));
        switch (route.body()) {
            case Route.NoBody(), Route.WholeBody() -> {}
            case Route.FieldBody(var field) -> bound.add(new FieldPath(List.of(field)));
            case Route.RawBody(var field) -> {
                bound.add(new FieldPath(List.of(field)));
                KnownFields.headers(route.rpc().getInputType())
                        .ifPresent(headers -> bound.add(new FieldPath(List.of(headers))));
            }
        }
        return bound;
    }

    /// Whether a field that is not bound otherwise is a query parameter itself; else the fields inside it may be.
    public static boolean canBeParameter(FieldDescriptor field) {
        return Values.hasTextForm(field);
    }

    /// The field that a path variable is bound to; the route compiler checked that there is one.
    public static FieldPath fieldOf(Route route, PathTemplate.Variable variable) {
        return FieldPath.resolve(route.rpc().getInputType(), variable.fieldPath())
                .orElseThrow();
    }
}
