package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// Writes response messages as proto3 JSON: camelCase, 64-bit numbers as strings. Fields without presence are always
/// written, so that a client sees the zeros and the empty lists. A `google.api.HttpBody` is written as what it holds.
public final class ResponseWriter {
    /// The type of JSON bodies.
    public static final String JSON_TYPE = "application/json";

    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final Pattern TYPE =
            Pattern.compile("[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}(; ?charset=[A-Za-z0-9-]{1,32})?");
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonFormat.Printer printer;

    /// A response as it goes out.
    public record Written(String contentType, ByteString body) {}

    public ResponseWriter(TypeRegistry types) {
        this.printer = JsonFormat.printer()
                .usingTypeRegistry(types)
                .alwaysPrintFieldsWithNoPresence()
                .omittingInsignificantWhitespace();
    }

    /// Writes the response, or the only field of it that is shown.
    public Written write(Message response, Optional<FieldDescriptor> onlyField) throws InvalidProtocolBufferException {
        if (onlyField.isEmpty()) {
            return message(response);
        }
        FieldDescriptor field = onlyField.get();
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
            return message((Message) response.getField(field));
        }
        return json(
                JSON.readTree(printer.print(response)).path(field.getJsonName()).toString());
    }

    private Written message(Message message) throws InvalidProtocolBufferException {
        Descriptor type = message.getDescriptorForType();
        if (!KnownFields.isHttpBody(type)) {
            return json(printer.print(message));
        }
        String contentType = (String) message.getField(type.findFieldByName("content_type"));
        return new Written(TYPE.matcher(contentType).matches() ? contentType : UNKNOWN_TYPE, (ByteString)
                message.getField(type.findFieldByName("data")));
    }

    private static Written json(String text) {
        return new Written(JSON_TYPE, ByteString.copyFromUtf8(text));
    }
}
