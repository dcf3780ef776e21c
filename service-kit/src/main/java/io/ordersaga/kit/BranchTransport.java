package io.ordersaga.kit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.ordersaga.saga.client.Payload;

/// How the coordinator is to call the branches of a saga: the gRPC methods, or the same methods as
/// [BranchHttpServing] has them over HTTP.
///
/// A saga that is handed over again must be what it was, also when new sagas are called another way by then.
/// So the transport is a part of the definition that is stored with what a saga is about: `place/2` over gRPC,
/// `place/2+http` over HTTP.
public enum BranchTransport {
    GRPC(""),
    HTTP("+http");

    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace();

    private final String mark;

    BranchTransport(String mark) {
        this.mark = mark;
    }

    /// The definition of a saga with these steps that is called this way.
    ///
    /// @param steps name and version of the list of steps, such as `place/2`
    public String definition(String steps) {
        return steps + mark;
    }

    /// How a saga of this definition is called.
    public static BranchTransport of(String definition) {
        return definition.endsWith(HTTP.mark) ? HTTP : GRPC;
    }

    /// Name and version of the list of steps of this definition.
    public static String steps(String definition) {
        return definition.substring(0, definition.length() - of(definition).mark.length());
    }

    /// What a branch is sent: the bytes of the request, or its JSON.
    public Payload payload(Message request) {
        return switch (this) {
            case GRPC -> Payload.of(request);
            case HTTP -> Payload.json(json(request));
        };
    }

    private static String json(Message request) {
        try {
            return JSON.print(request);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("has an Any of a type that is not known", e);
        }
    }
}
