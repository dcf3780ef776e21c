package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

/// What a branch is sent with each of its operations, byte for byte: the request of a gRPC method, or the
/// body of an HTTP request. Immutable.
///
/// An HTTP branch with an empty payload is called with GET, as DTM does it.
public final class Payload {
    /// No bytes: an empty request of a gRPC method.
    public static final Payload EMPTY = new Payload(ByteString.EMPTY);

    private final ByteString bytes;

    private Payload(ByteString bytes) {
        this.bytes = bytes;
    }

    /// The request of a gRPC method.
    public static Payload of(Message message) {
        return new Payload(message.toByteString());
    }

    /// The body of an HTTP request, which is sent as `application/json`. Not checked.
    public static Payload json(String json) {
        return new Payload(ByteString.copyFromUtf8(json));
    }

    /// Bytes of any kind; copied.
    public static Payload bytes(byte[] bytes) {
        return new Payload(ByteString.copyFrom(bytes));
    }

    ByteString toBytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && payload.bytes.equals(bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "Payload of " + bytes.size() + " bytes";
    }
}
