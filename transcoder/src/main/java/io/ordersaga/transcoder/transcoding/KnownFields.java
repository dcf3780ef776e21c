package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.Optional;

/// Fields that mean the same in every contract, by their name and type. HTTP has a place of its own for some of them:
///
/// | message | field | over HTTP |
/// |---|---|---|
/// | request | `string etag` | the header `If-Match` |
/// | request | `string request_id` | the header `Idempotency-Key` |
/// | request | `google.protobuf.FieldMask update_mask` | with PATCH and PUT, the fields in the body when it is not
/// given |
/// | request | `map<string, string> headers`, beside a raw body | all headers |
/// | request | `google.protobuf.Duration wait` | the call may take this much longer |
/// | response | `string etag` | the header `ETag` |
public final class KnownFields {
    private static final String DURATION = "google.protobuf.Duration";
    private static final String FIELD_MASK = "google.protobuf.FieldMask";
    private static final String HTTP_BODY = "google.api.HttpBody";

    private KnownFields() {}

    /// The field that says which state of a thing is meant.
    public static Optional<FieldDescriptor> etag(Descriptor message) {
        return text(message, "etag");
    }

    /// The field by which a repeated request is known.
    public static Optional<FieldDescriptor> requestId(Descriptor request) {
        return text(request, "request_id");
    }

    /// The value of `etag`, when there is one.
    public static Optional<String> etagOf(Message response) {
        return etag(response.getDescriptorForType())
                .map(field -> (String) response.getField(field))
                .filter(etag -> !etag.isEmpty());
    }

    /// How long the request asks the service to wait for something; 0 when it does not.
    public static Duration waitOf(Message request) {
        return single(request.getDescriptorForType(), "wait", DURATION)
                .map(field -> (Message) request.getField(field))
                .map(KnownFields::duration)
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    static Optional<FieldDescriptor> updateMask(Descriptor request) {
        return single(request, "update_mask", FIELD_MASK);
    }

    static Optional<FieldDescriptor> headers(Descriptor request) {
        return Optional.ofNullable(request.findFieldByName("headers"))
                .filter(FieldDescriptor::isMapField)
                .filter(field -> field.getMessageType().getFields().stream()
                        .allMatch(part -> part.getJavaType() == JavaType.STRING));
    }

    /// Whether the field, as the body of a request, takes the bytes as they come and not JSON.
    static boolean isRaw(FieldDescriptor body) {
        return isHttpBody(body)
                || (body.getJavaType() == JavaType.BYTE_STRING
                        && !body.isRepeated()
                        && headers(body.getContainingType()).isPresent());
    }

    static boolean isHttpBody(FieldDescriptor field) {
        return field.getJavaType() == JavaType.MESSAGE && !field.isRepeated() && isHttpBody(field.getMessageType());
    }

    public static boolean isHttpBody(Descriptor message) {
        return message.getFullName().equals(HTTP_BODY);
    }

    /// A `google.api.HttpBody`.
    static Message httpBody(Descriptor type, String contentType, Object data) {
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName("content_type"), contentType)
                .setField(type.findFieldByName("data"), data)
                .build();
    }

    private static Duration duration(Message duration) {
        Descriptor type = duration.getDescriptorForType();
        return Duration.ofSeconds((Long) duration.getField(type.findFieldByName("seconds")), (Integer)
                duration.getField(type.findFieldByName("nanos")));
    }

    private static Optional<FieldDescriptor> text(Descriptor message, String name) {
        return Optional.ofNullable(message.findFieldByName(name))
                .filter(field -> field.getJavaType() == JavaType.STRING && !field.isRepeated());
    }

    private static Optional<FieldDescriptor> single(Descriptor message, String name, String type) {
        return Optional.ofNullable(message.findFieldByName(name))
                .filter(field -> field.getJavaType() == JavaType.MESSAGE && !field.isRepeated())
                .filter(field -> field.getMessageType().getFullName().equals(type));
    }
}
