package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the audit log says about a request: the fields that its method names in the contract.
///
/// @param resource what it is about and, behind blanks, what is wanted of it; empty when that is nothing in particular
/// @param reason in the operator's words
/// @param digest SHA-256 of the request; empty when it has a password, which a digest would help to guess
record AskedFor(String resource, String reason, String digest) {
    private static final List<String> REASONS = List.of("reason", "note", "text");
    private static final int LISTED_MAX = 10;

    /// @param named fields of the request, as paths; the first is what it is about
    /// @param request as it came; it may be broken, which somebody else will say
    /// @param masking takes secrets out of a text
    static AskedFor of(Descriptor type, List<String> named, byte[] request, UnaryOperator<String> masking) {
        boolean secret =
                type.getFields().stream().anyMatch(field -> field.getName().contains("password"));
        String digest = secret ? "" : BearerToken.hash(request);
        try {
            DynamicMessage message = DynamicMessage.parseFrom(type, request);
            return new AskedFor(resource(message, named, masking), masking.apply(reason(message)), digest);
        } catch (InvalidProtocolBufferException e) {
            return new AskedFor("", "", digest);
        }
    }

    /// The field at the end of a path; null when there is none.
    static @Nullable FieldDescriptor field(Descriptor type, String path) {
        int dot = path.indexOf('.');
        FieldDescriptor field = type.findFieldByName(dot < 0 ? path : path.substring(0, dot));
        if (dot < 0 || field == null) {
            return field;
        }
        return field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()
                ? field(field.getMessageType(), path.substring(dot + 1))
                : null;
    }

    private static String resource(Message message, List<String> named, UnaryOperator<String> masking) {
        StringJoiner resource = new StringJoiner(" ");
        for (String path : named) {
            String value = value(message, path);
            if (!value.isEmpty()) {
                boolean first = path.equals(named.getFirst());
                resource.add(first ? value : path.substring(path.lastIndexOf('.') + 1) + "=" + masking.apply(value));
            }
        }
        return resource.toString();
    }

    private static String value(Message message, String path) {
        int dot = path.indexOf('.');
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(dot < 0 ? path : path.substring(0, dot));
        if (field == null) {
            return "";
        }
        if (dot > 0) {
            return message.getField(field) instanceof Message inner ? value(inner, path.substring(dot + 1)) : "";
        }
        if (field.isRepeated()) {
            return message.getField(field) instanceof List<?> values ? listed(values) : "";
        }
        // Of a field that knows no absence, `false` was asked for as much as `true`.
        boolean isThere = field.hasPresence()
                ? message.hasField(field)
                : field.getJavaType() == JavaType.BOOLEAN
                        || !message.getField(field).equals(field.getDefaultValue());
        return isThere ? shown(message.getField(field)) : "";
    }

    private static String listed(List<?> values) {
        String first = values.stream().limit(LISTED_MAX).map(AskedFor::shown).collect(Collectors.joining(","));
        return values.size() <= LISTED_MAX ? first : first + ",and " + (values.size() - LISTED_MAX) + " more";
    }

    private static String shown(Object value) {
        return switch (value) {
            case EnumValueDescriptor constant -> constant.getName();
            case Message duration -> value(duration, "seconds") + "s";
            default -> value.toString();
        };
    }

    private static String reason(Message message) {
        return REASONS.stream()
                .map(name -> value(message, name))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }
}
