package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TypeRegistry;

/// Reads a JSON object as a message of any type, where there is no route to say which fields are elsewhere.
/// Thread-safe.
public final class MessageReader {
    private final JsonReader json;

    /// @param depthMax how deep JSON may be nested
    /// @param types what an `Any` may hold
    public MessageReader(int depthMax, TypeRegistry types) {
        this.json = new JsonReader(depthMax, types);
    }

    /// Fails with everything that is wrong with the object, each field by its path.
    public DynamicMessage read(Descriptor type, ByteString object) throws BadRequestException {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        Violations violations = new Violations();
        json.readMessage(object.toByteArray(), message, violations);
        violations.throwIfAny();
        return message.build();
    }
}
