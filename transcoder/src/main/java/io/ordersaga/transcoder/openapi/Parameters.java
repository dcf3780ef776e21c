package io.ordersaga.transcoder.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.ordersaga.transcoder.transcoding.FieldPath;
import io.ordersaga.transcoder.transcoding.KnownFields;
import io.ordersaga.transcoder.transcoding.PathTemplate;
import io.ordersaga.transcoder.transcoding.PathTemplate.AnyOne;
import io.ordersaga.transcoder.transcoding.PathTemplate.AnyRest;
import io.ordersaga.transcoder.transcoding.PathTemplate.Literal;
import io.ordersaga.transcoder.transcoding.PathTemplate.Variable;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Path and query parameters of a route.
final class Parameters {
    private final JsonMapper json;
    private final Comments comments;
    private final Schemas schemas;

    Parameters(JsonMapper json, Comments comments, Schemas schemas) {
        this.json = json;
        this.comments = comments;
        this.schemas = schemas;
    }

    /// The path with a placeholder for each wildcard: `/v1/{name=shelves/*}` is `/v1/shelves/{name}`.
    String path(Route route) {
        Map<Integer, String> names = wildcards(route);
        StringBuilder path = new StringBuilder();
        List<PathTemplate.Segment> segments = route.template().segments();
        for (int i = 0; i < segments.size(); i++) {
            path.append('/');
            switch (segments.get(i)) {
                case Literal literal -> path.append(literal.text());
                case AnyOne(), AnyRest() ->
                    path.append('{').append(names.get(i)).append('}');
            }
        }
        String verb = route.template().verb();
        return verb.isEmpty() ? path.toString() : path + ":" + verb;
    }

    ArrayNode of(Route route) {
        ArrayNode list = json.createArrayNode();
        wildcards(route).forEach((position, name) -> list.add(inPath(route, position, name)));
        if (!(route.body() instanceof Route.WholeBody)) {
            addQuery(list, route.rpc().getInputType(), List.of(), RequestReader.boundFields(route));
        }
        addHeaders(list, route);
        return list;
    }

    private static void addHeaders(ArrayNode list, Route route) {
        boolean reads = route.httpMethod().equals("GET");
        MethodDescriptor rpc = route.rpc();
        if (reads && KnownFields.etag(rpc.getOutputType()).isPresent()) {
            addHeader(list, "If-None-Match", "Etags of what the client has; if it is still that, the answer is 304.");
        }
        if (!reads && KnownFields.etag(rpc.getInputType()).isPresent()) {
            addHeader(
                    list,
                    "If-Match",
                    "The etag of the state that is meant; if it is another by now, the answer is 412.");
        }
        if (KnownFields.requestId(rpc.getInputType()).isPresent()) {
            addHeader(list, "Idempotency-Key", "Makes the request safe to repeat.");
        }
    }

    private static void addHeader(ArrayNode list, String name, String description) {
        list.addObject()
                .put("name", name)
                .put("in", "header")
                .put("description", description)
                .putObject("schema")
                .put("type", "string");
    }

    /// A name for each wildcard position: the variable's, numbered when it has several.
    private static Map<Integer, String> wildcards(Route route) {
        PathTemplate template = route.template();
        Map<Integer, String> names = new LinkedHashMap<>();
        for (int i = 0; i < template.segments().size(); i++) {
            if (template.segments().get(i) instanceof Literal) {
                continue;
            }
            int position = i;
            String name = template.variables().stream()
                    .filter(variable -> variable.from() <= position && position < variable.to())
                    .map(variable -> RequestReader.fieldOf(route, variable).jsonName())
                    .findFirst()
                    .orElse("segment");
            names.put(i, names.containsValue(name) ? name + (i + 1) : name);
        }
        return names;
    }

    private ObjectNode inPath(Route route, int position, String name) {
        ObjectNode parameter =
                json.createObjectNode().put("name", name).put("in", "path").put("required", true);
        for (Variable variable : route.template().variables()) {
            if (variable.from() == position && variable.to() == position + 1) {
                FieldDescriptor field = RequestReader.fieldOf(route, variable).leaf();
                describe(parameter, field);
                parameter.set("schema", withoutDescription(schemas.ofField(field)));
                return parameter;
            }
        }
        parameter.putObject("schema").put("type", "string");
        return parameter;
    }

    private void addQuery(ArrayNode list, Descriptor message, List<FieldDescriptor> above, List<FieldPath> bound) {
        for (FieldDescriptor field : message.getFields()) {
            List<FieldDescriptor> path = new ArrayList<>(above);
            path.add(field);
            FieldPath fieldPath = new FieldPath(path);
            if (bound.contains(fieldPath)) {
                continue;
            }
            if (RequestReader.canBeParameter(field)) {
                ObjectNode parameter =
                        list.addObject().put("name", fieldPath.jsonName()).put("in", "query");
                if (above.isEmpty() && FieldRules.of(field).refuseAbsence(field)) {
                    parameter.put("required", true);
                }
                describe(parameter, field);
                parameter.set("schema", withoutDescription(schemas.ofField(field)));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && !field.isRepeated()
                    && above.stream().noneMatch(upper -> upper.getMessageType().equals(field.getMessageType()))) {
                addQuery(list, field.getMessageType(), path, bound);
            }
        }
    }

    private void describe(ObjectNode parameter, FieldDescriptor field) {
        String comment = comments.text(field);
        if (!comment.isEmpty()) {
            parameter.put("description", comment);
        }
        comments.example(field).ifPresent(example -> parameter.set("example", schemas.exampleValue(example)));
    }

    /// The parameter says it already.
    private static ObjectNode withoutDescription(ObjectNode schema) {
        return schema.without(List.of("description", "examples"));
    }
}
