package io.ordersaga.transcoder.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schemas of messages and enums, as components; made on first use, so that only what a route needs is there.
final class Schemas {
    private static final String REFERENCE = "#/components/schemas/";
    private static final String WELL_KNOWN = "google.protobuf.";

    private final JsonMapper json;
    private final Comments comments;
    private final TreeMap<String, ObjectNode> components = new TreeMap<>();
    private final Map<String, GenericDescriptor> owners = new HashMap<>();
    private final Deque<GenericDescriptor> waiting = new ArrayDeque<>();
    private final Set<Descriptor> inRequests = new HashSet<>();

    Schemas(JsonMapper json, Comments comments) {
        this.json = json;
        this.comments = comments;
    }

    /// Notes that clients send this message, so that unknown fields in it are refused.
    void markRequest(Descriptor message) {
        if (!message.getFullName().startsWith(WELL_KNOWN) && inRequests.add(message)) {
            for (FieldDescriptor field : message.getFields()) {
                if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    markRequest(field.getMessageType());
                }
            }
        }
    }

    /// All components that were asked for, and those they need, by name.
    Map<String, ObjectNode> components() {
        while (!waiting.isEmpty()) {
            GenericDescriptor declared = waiting.remove();
            components.put(
                    nameOf(declared),
                    switch (declared) {
                        case Descriptor message -> object(message);
                        case EnumDescriptor type -> enumeration(type);
                        default -> throw new IllegalStateException(declared.getFullName());
                    });
        }
        return components;
    }

    /// The schema of a field as it stands in a message, with its comment and rules.
    ObjectNode ofField(FieldDescriptor field) {
        FieldRules rules = FieldRules.of(field);
        ObjectNode schema;
        if (field.isMapField()) {
            FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
            ObjectNode values = ofValue(value);
            rules.ofValues().addTo(values);
            schema = json.createObjectNode().put("type", "object");
            schema.set("additionalProperties", values);
        } else if (field.isRepeated()) {
            ObjectNode elements = ofValue(field);
            rules.ofElements().addTo(elements);
            schema = json.createObjectNode().put("type", "array");
            schema.set("items", elements);
        } else {
            schema = ofValue(field);
        }
        rules.addTo(schema);
        describe(schema, field, rules.messages());
        return schema;
    }

    /// The schema of a message, by reference.
    ObjectNode ofMessage(Descriptor message) {
        ObjectNode schema = json.createObjectNode();
        switch (message.getFullName()) {
            case WELL_KNOWN + "Timestamp" -> schema.put("type", "string").put("format", "date-time");
            case WELL_KNOWN + "Duration" -> schema.put("type", "string").put("pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
            case WELL_KNOWN + "FieldMask" -> schema.put("type", "string");
            case WELL_KNOWN + "Empty", WELL_KNOWN + "Struct", WELL_KNOWN + "Any" -> schema.put("type", "object");
            case WELL_KNOWN + "ListValue" -> {
                schema.put("type", "array");
                schema.putObject("items");
            }
            case WELL_KNOWN + "Value" -> {}
            default -> {
                if (message.getFile().getFullName().equals("google/protobuf/wrappers.proto")) {
                    return ofValue(message.findFieldByNumber(1));
                }
                schema.put("$ref", reference(message));
            }
        }
        return schema;
    }

    private ObjectNode ofValue(FieldDescriptor field) {
        ObjectNode schema = json.createObjectNode();
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> schema.put("type", "integer").put("format", "int32");
            case UINT32, FIXED32 ->
                schema.put("type", "integer").put("minimum", 0).put("maximum", (1L << 32) - 1);
            case INT64, SINT64, SFIXED64 -> longNumber(schema, "int64", "^-?[0-9]+$");
            case UINT64, FIXED64 ->
                longNumber(schema, "uint64", "^[0-9]+$")
                        .put("minimum", 0)
                        .put("maximum", BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
            case FLOAT -> schema.put("type", "number").put("format", "float");
            case DOUBLE -> schema.put("type", "number").put("format", "double");
            case BOOL -> schema.put("type", "boolean");
            case STRING -> schema.put("type", "string");
            case BYTES -> schema.put("type", "string").put("contentEncoding", "base64");
            case ENUM -> schema.put("$ref", reference(field.getEnumType()));
            case MESSAGE, GROUP -> ofMessage(field.getMessageType());
        };
    }

    /// Written as a string, since a double cannot hold it; read as either.
    private ObjectNode longNumber(ObjectNode schema, String format, String pattern) {
        schema.putArray("type").add("string").add("integer");
        return schema.put("format", format).put("pattern", pattern);
    }

    private ObjectNode object(Descriptor message) {
        ObjectNode schema = json.createObjectNode().put("type", "object");
        describe(schema, message, List.of());
        ObjectNode properties = schema.putObject("properties");
        List<String> required = new ArrayList<>();
        for (FieldDescriptor field : message.getFields()) {
            properties.set(field.getJsonName(), ofField(field));
            if (FieldRules.of(field).refuseAbsence(field)) {
                required.add(field.getJsonName());
            }
        }
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        }
        if (inRequests.contains(message)) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private ObjectNode enumeration(EnumDescriptor type) {
        ObjectNode schema = json.createObjectNode().put("type", "string");
        List<String> meanings = new ArrayList<>();
        ArrayNode names = schema.putArray("enum");
        for (EnumValueDescriptor value : type.getValues()) {
            names.add(value.getName());
            String meaning = comments.text(value);
            if (!meaning.isEmpty()) {
                meanings.add("`" + value.getName() + "`: " + meaning);
            }
        }
        describe(schema, type, meanings);
        return schema;
    }

    private void describe(ObjectNode schema, GenericDescriptor declared, List<String> more) {
        List<String> paragraphs = new ArrayList<>();
        String comment = comments.text(declared);
        if (!comment.isEmpty()) {
            paragraphs.add(comment);
        }
        paragraphs.addAll(more);
        if (!paragraphs.isEmpty()) {
            schema.put("description", String.join("\n\n", paragraphs));
        }
        comments.example(declared)
                .ifPresent(example -> schema.putArray("examples").add(exampleValue(example)));
    }

    /// An example that is no JSON is meant as a string.
    JsonNode exampleValue(String example) {
        try {
            return json.readTree(example);
        } catch (JacksonException e) {
            return json.getNodeFactory().stringNode(example);
        }
    }

    private String reference(GenericDescriptor declared) {
        String name = nameOf(declared);
        if (owners.putIfAbsent(name, declared) == null) {
            waiting.add(declared);
        }
        return REFERENCE + name;
    }

    /// The name within its file, such as `Order.State`; the full one when another file has that too.
    private String nameOf(GenericDescriptor declared) {
        String packageName = declared.getFile().getPackage();
        String name = packageName.isEmpty()
                ? declared.getFullName()
                : declared.getFullName().substring(packageName.length() + 1);
        GenericDescriptor owner = owners.get(name);
        return owner == null || owner.equals(declared) ? name : declared.getFullName();
    }
}
