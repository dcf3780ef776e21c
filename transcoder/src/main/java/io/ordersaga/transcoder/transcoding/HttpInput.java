package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of an HTTP request becomes a message, besides method and path.
///
/// @param query as it came, without the question mark
/// @param body empty for a route without one
/// @param headers by lower-case name; the values of one name are joined with commas
public record HttpInput(@Nullable String query, ByteString body, Map<String, String> headers) {
    public HttpInput {
        headers = Map.copyOf(headers);
    }
}
