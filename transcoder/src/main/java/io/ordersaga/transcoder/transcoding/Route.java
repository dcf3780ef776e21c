package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.Optional;

/// One HTTP method and path that leads to one rpc.
///
/// @param binding 0 for the rule itself, 1 and up for its additional bindings
/// @param responseField the only field of the response that is shown; empty is the whole response
public record Route(
        String httpMethod,
        PathTemplate template,
        MethodDescriptor rpc,
        int binding,
        Body body,
        Optional<FieldDescriptor> responseField) {
    /// Which part of the request message the HTTP body is.
    public sealed interface Body {}

    /// There is no body; what the path does not bind comes as query parameters.
    public record NoBody() implements Body {}

    /// `*`: every field that the path does not bind; there are no query parameters.
    public record WholeBody() implements Body {}

    /// One field; the others come by path and query.
    public record FieldBody(FieldDescriptor field) implements Body {}

    /// One field, which takes the bytes of the body as they are, of whatever type; the others come by path, query and
    /// headers.
    public record RawBody(FieldDescriptor field) implements Body {}

    @Override
    public String toString() {
        return httpMethod + " " + template.text() + " of " + rpc.getFullName();
    }
}
