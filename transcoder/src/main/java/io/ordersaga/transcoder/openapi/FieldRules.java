package io.ordersaga.transcoder.openapi;

import build.buf.validate.Rule;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.node.ObjectNode;

/// The protovalidate rules of a field as JSON Schema keywords. Rules without a keyword are told in words where they
/// have
/// some; the services enforce all of them either way.
final class FieldRules {
    private static final Map<String, String> FORMATS = Map.of(
            "email", "email",
            "hostname", "hostname",
            "ipv4", "ipv4",
            "ipv6", "ipv6",
            "uri", "uri",
            "uri_ref", "uri-reference",
            "uuid", "uuid");

    private final build.buf.validate.FieldRules rules;

    private FieldRules(build.buf.validate.FieldRules rules) {
        this.rules = rules;
    }

    static FieldRules of(FieldDescriptor field) {
        return new FieldRules(field.getOptions().getExtension(ValidateProto.field));
    }

    /// The rules of a list's elements.
    FieldRules ofElements() {
        return new FieldRules(rules.getRepeated().getItems());
    }

    /// The rules of a map's values.
    FieldRules ofValues() {
        return new FieldRules(rules.getMap().getValues());
    }

    /// What the rules written in CEL say about themselves.
    List<String> messages() {
        return rules.getCelList().stream()
                .map(Rule::getMessage)
                .filter(message -> !message.isEmpty())
                .toList();
    }

    /// Adds the keywords of these rules; an existing bound gives way to a rule's.
    void addTo(ObjectNode schema) {
        rulesOfType().getAllFields().forEach((rule, value) -> add(schema, rule, value));
    }

    /// Whether the field's default value breaks the rules, so that leaving it out is refused.
    boolean refuseAbsence(FieldDescriptor field) {
        if (rules.getRequired()) {
            return true;
        }
        if (field.hasPresence()) {
            return false;
        }
        return rulesOfType().getAllFields().entrySet().stream()
                .anyMatch(rule -> refusesDefault(rule.getKey().getName(), rule.getValue()));
    }

    private static boolean refusesDefault(String rule, Object value) {
        return switch (rule) {
            case "min_len", "min_items", "min_pairs", "len" -> ((Number) value).longValue() > 0;
            case "gt" -> value instanceof Number number && number.doubleValue() >= 0;
            case "gte" -> value instanceof Number number && number.doubleValue() > 0;
            case "pattern" -> !matchesEmpty(String.valueOf(value));
            default -> false;
        };
    }

    private static boolean matchesEmpty(String pattern) {
        try {
            return Pattern.compile(pattern).matcher("").find();
        } catch (PatternSyntaxException e) {
            // The services' engine knows syntax that Java's does not.
            return true;
        }
    }

    private static void add(ObjectNode schema, FieldDescriptor rule, Object value) {
        switch (rule.getName()) {
            case "gt" -> putNumber(schema, "exclusiveMinimum", rule, value, "minimum");
            case "gte" -> putNumber(schema, "minimum", rule, value, "");
            case "lt" -> putNumber(schema, "exclusiveMaximum", rule, value, "maximum");
            case "lte" -> putNumber(schema, "maximum", rule, value, "");
            case "min_len" -> schema.put("minLength", (Long) value);
            case "max_len" -> schema.put("maxLength", (Long) value);
            case "len" -> schema.put("minLength", (Long) value).put("maxLength", (Long) value);
            case "pattern" -> schema.put("pattern", (String) value);
            case "min_items" -> schema.put("minItems", (Long) value);
            case "max_items" -> schema.put("maxItems", (Long) value);
            case "unique" -> schema.put("uniqueItems", (Boolean) value);
            case "min_pairs" -> schema.put("minProperties", (Long) value);
            case "max_pairs" -> schema.put("maxProperties", (Long) value);
            default -> {
                String format = FORMATS.get(rule.getName());
                if (format != null && value.equals(true)) {
                    schema.put("format", format);
                }
            }
        }
    }

    private static void putNumber(
            ObjectNode schema, String keyword, FieldDescriptor rule, Object value, String replaced) {
        schema.remove(replaced);
        switch (rule.getJavaType()) {
            case INT ->
                schema.put(
                        keyword,
                        rule.getType() == FieldDescriptor.Type.UINT32 || rule.getType() == FieldDescriptor.Type.FIXED32
                                ? Integer.toUnsignedLong((Integer) value)
                                : (Integer) value);
            case LONG ->
                schema.put(
                        keyword,
                        rule.getType() == FieldDescriptor.Type.UINT64 || rule.getType() == FieldDescriptor.Type.FIXED64
                                ? new BigInteger(Long.toUnsignedString((Long) value))
                                : BigInteger.valueOf((Long) value));
            case FLOAT, DOUBLE -> schema.put(keyword, ((Number) value).doubleValue());
            case BOOLEAN, STRING, BYTE_STRING, ENUM, MESSAGE -> {
                // A bound on times and durations has no keyword.
            }
        }
    }

    /// The message of the `type` choice, such as `StringRules`; an empty one when no rule of a type is set. The lengths
    /// of bytes are left out: their JSON is base64, which has another length.
    private Message rulesOfType() {
        List<Message> chosen = new ArrayList<>();
        rules.getAllFields().forEach((field, value) -> {
            if (field.getContainingOneof() != null && value instanceof Message message && !rules.hasBytes()) {
                chosen.add(message);
            }
        });
        return chosen.isEmpty() ? build.buf.validate.FieldRules.getDefaultInstance() : chosen.getFirst();
    }
}
