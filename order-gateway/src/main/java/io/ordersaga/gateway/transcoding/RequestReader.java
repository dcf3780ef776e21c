package io.ordersaga.gateway.transcoding;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the request message of an HTTP request: body first, then query, and the path last, because what the path says
/// wins over the body.
public final class RequestReader {
    private final JsonReader json;

    /// @param depthMax how deep JSON may be nested
    public RequestReader(int depthMax, TypeRegistry types) {
        this.json = new JsonReader(depthMax, types);
    }

    /// Fails with everything that is wrong with the request.
    ///
    /// @param rawQuery as it came, without the question mark
    /// @param body empty for a route without one
    public DynamicMessage read(RouteMatch.Found match, @Nullable String rawQuery, byte[] body)
            throws BadRequestException {
        Route route = match.route();
        DynamicMessage.Builder message = DynamicMessage.newBuilder(route.rpc().getInputType());
        Violations violations = new Violations();
        switch (route.body()) {
            case Route.NoBody() -> {}
            case Route.WholeBody() -> json.readMessage(body, message, violations);
            case Route.FieldBody(var field) -> json.readField(body, message, field, violations);
        }
        new QueryReader(route, message, violations).read(rawQuery);
        for (Map.Entry<PathTemplate.Variable, String> variable :
                match.variables().entrySet()) {
            FieldPath path = fieldOf(route, variable.getKey());
            try {
                path.container(message).setField(path.leaf(), Values.fromText(path.leaf(), variable.getValue()));
            } catch (BadValueException e) {
                violations.add(path.jsonName(), e.description());
            }
        }
        violations.throwIfAny();
        return message.build();
    }

    /// The fields that the path and a body field bind, which therefore are no query parameters.
    public static List<FieldPath> boundFields(Route route) {
        List<FieldPath> bound = new ArrayList<>();
        route.template().variables().forEach(variable -> bound.add(fieldOf(route, variable)));
        if (route.body() instanceof Route.FieldBody(var field)) {
            bound.add(new FieldPath(List.of(field)));
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
