package io.ordersaga.gateway.transcoding;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Writes response messages as proto3 JSON: camelCase, 64-bit numbers as strings. Fields without presence are always
/// written, so that a client sees the zeros and the empty lists.
public final class ResponseWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonFormat.Printer printer;

    public ResponseWriter(TypeRegistry types) {
        this.printer = JsonFormat.printer()
                .usingTypeRegistry(types)
                .alwaysPrintFieldsWithNoPresence()
                .omittingInsignificantWhitespace();
    }

    public String write(Message response, Optional<FieldDescriptor> onlyField) throws InvalidProtocolBufferException {
        if (onlyField.isEmpty()) {
            return printer.print(response);
        }
        FieldDescriptor field = onlyField.get();
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
            return printer.print((Message) response.getField(field));
        }
        return JSON.readTree(printer.print(response)).path(field.getJsonName()).toString();
    }
}
