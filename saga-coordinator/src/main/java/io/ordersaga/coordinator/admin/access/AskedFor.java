package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/// What the audit log says about a request, by the names of its fields.
///
/// @param resource what it is about; empty when that is nothing in particular
/// @param reason in the operator's words
/// @param digest SHA-256 of the request; empty when it has a password, which a digest would help to guess
record AskedFor(String resource, String reason, String digest) {
    private static final List<String> RESOURCES =
            List.of("gid", "account", "name", "batch_id", "id", "target", "url", "node", "filter", "note_id");
    private static final List<String> REASONS = List.of("reason", "note", "text");

    /// @param request as it came; it may be broken, which somebody else will say
    static AskedFor of(Descriptor type, byte[] request) {
        boolean secret =
                type.getFields().stream().anyMatch(field -> field.getName().contains("password"));
        String digest = secret ? "" : BearerToken.hash(request);
        try {
            DynamicMessage message = DynamicMessage.parseFrom(type, request);
            return new AskedFor(first(message, RESOURCES), first(message, REASONS), digest);
        } catch (InvalidProtocolBufferException e) {
            return new AskedFor("", "", digest);
        }
    }

    private static String first(DynamicMessage message, List<String> names) {
        for (String name : names) {
            FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
            if (field != null
                    && field.getJavaType() == JavaType.STRING
                    && !field.isRepeated()
                    && message.getField(field) instanceof String text
                    && !text.isEmpty()) {
                return text;
            }
        }
        return "";
    }
}
