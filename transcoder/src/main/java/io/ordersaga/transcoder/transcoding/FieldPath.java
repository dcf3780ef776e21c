package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A field of a message or of a message inside it. Everywhere a client names a field, both its JSON name and its name
/// in
/// the proto are understood.
public record FieldPath(List<FieldDescriptor> fields) {
    public FieldPath {
        fields = List.copyOf(fields);
    }

    /// Follows the names from `message` down; empty when one of them is unknown or leads through something that is not
    /// a single message.
    public static Optional<FieldPath> resolve(Descriptor message, List<String> names) {
        List<FieldDescriptor> fields = new ArrayList<>();
        Descriptor at = message;
        for (String name : names) {
            FieldDescriptor field = at == null ? null : find(at, name);
            if (field == null) {
                return Optional.empty();
            }
            fields.add(field);
            at = field.getJavaType() == JavaType.MESSAGE && !field.isRepeated() ? field.getMessageType() : null;
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(new FieldPath(fields));
    }

    static @Nullable FieldDescriptor find(Descriptor message, String name) {
        for (FieldDescriptor field : message.getFields()) {
            if (field.getJsonName().equals(name)) {
                return field;
            }
        }
        return message.findFieldByName(name);
    }

    /// Rewrites a path as the services report it (`lines[0].product_id`) to the names that a JSON client wrote
    /// (`lines[0].productId`). What is not a field stays as it is.
    public static String inJson(Descriptor message, String path) {
        List<String> steps = new ArrayList<>();
        Descriptor at = message;
        for (String step : path.split("\\.", -1)) {
            int bracket = step.indexOf('[');
            String name = bracket < 0 ? step : step.substring(0, bracket);
            FieldDescriptor field = at == null ? null : at.findFieldByName(name);
            steps.add(field == null ? step : field.getJsonName() + step.substring(name.length()));
            at = field != null && field.getJavaType() == JavaType.MESSAGE ? field.getMessageType() : null;
        }
        return String.join(".", steps);
    }

    public FieldDescriptor leaf() {
        return fields.getLast();
    }

    public String jsonName() {
        return fields.stream().map(FieldDescriptor::getJsonName).collect(Collectors.joining("."));
    }

    /// Whether this is `other` or lies inside it.
    boolean isWithin(FieldPath other) {
        return fields.size() >= other.fields.size()
                && fields.subList(0, other.fields.size()).equals(other.fields);
    }

    /// The builder of the message that has the leaf, inside `root`.
    Message.Builder container(Message.Builder root) {
        Message.Builder at = root;
        for (FieldDescriptor field : fields.subList(0, fields.size() - 1)) {
            at = at.getFieldBuilder(field);
        }
        return at;
    }
}
