package io.ordersaga.transcoder.openapi;

import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What stands above a declaration in a proto file. A line `Example: <JSON>` is taken out of the text and is the
/// declaration's example.
final class Comments {
    private static final String EXAMPLE = "Example:";
    private static final String LINT_DIRECTIVE = "buf:lint:";

    // Field numbers in descriptor.proto, of which a location's path is made.
    private static final int FILE_MESSAGE = 4;
    private static final int FILE_ENUM = 5;
    private static final int FILE_SERVICE = 6;
    private static final int MESSAGE_FIELD = 2;
    private static final int MESSAGE_NESTED = 3;
    private static final int MESSAGE_ENUM = 4;
    private static final int ENUM_VALUE = 2;
    private static final int SERVICE_METHOD = 2;

    private record Key(String file, List<Integer> path) {}

    private final Map<Key, String> comments = new HashMap<>();

    Comments(List<FileDescriptor> files) {
        for (FileDescriptor file : files) {
            for (SourceCodeInfo.Location location :
                    file.toProto().getSourceCodeInfo().getLocationList()) {
                if (location.hasLeadingComments()) {
                    comments.put(
                            new Key(file.getFullName(), List.copyOf(location.getPathList())),
                            location.getLeadingComments());
                }
            }
        }
    }

    /// The text, paragraphs on a line each; empty when there is none.
    String text(GenericDescriptor declared) {
        StringBuilder text = new StringBuilder();
        boolean inExample = false;
        for (String line : lines(declared)) {
            inExample = !line.isEmpty() && (inExample || line.startsWith(EXAMPLE));
            if (inExample || line.startsWith(LINT_DIRECTIVE)) {
                continue;
            }
            if (line.isEmpty()) {
                text.append("\n\n");
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == '\n' ? "" : " ")
                        .append(line);
            }
        }
        return text.toString().strip();
    }

    /// What stands behind `Example:`, up to the next empty line.
    Optional<String> example(GenericDescriptor declared) {
        List<String> lines = lines(declared).stream()
                .dropWhile(line -> !line.startsWith(EXAMPLE))
                .takeWhile(line -> !line.isEmpty())
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        String.join(" ", lines).substring(EXAMPLE.length()).strip());
    }

    private List<String> lines(GenericDescriptor declared) {
        return comments.getOrDefault(new Key(declared.getFile().getFullName(), path(declared)), "")
                .lines()
                .map(String::strip)
                .toList();
    }

    private static List<Integer> path(GenericDescriptor declared) {
        return switch (declared) {
            case Descriptor message ->
                message.getContainingType() == null
                        ? List.of(FILE_MESSAGE, message.getIndex())
                        : inside(message.getContainingType(), MESSAGE_NESTED, message.getIndex());
            case FieldDescriptor field -> inside(field.getContainingType(), MESSAGE_FIELD, field.getIndex());
            case EnumDescriptor type ->
                type.getContainingType() == null
                        ? List.of(FILE_ENUM, type.getIndex())
                        : inside(type.getContainingType(), MESSAGE_ENUM, type.getIndex());
            case EnumValueDescriptor value -> inside(value.getType(), ENUM_VALUE, value.getIndex());
            case ServiceDescriptor service -> List.of(FILE_SERVICE, service.getIndex());
            case MethodDescriptor method -> inside(method.getService(), SERVICE_METHOD, method.getIndex());
            default -> List.of();
        };
    }

    private static List<Integer> inside(GenericDescriptor parent, int fieldNumber, int index) {
        List<Integer> path = new ArrayList<>(path(parent));
        path.add(fieldNumber);
        path.add(index);
        return path;
    }
}
