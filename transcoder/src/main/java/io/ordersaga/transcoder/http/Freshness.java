package io.ordersaga.transcoder.http;

import com.google.protobuf.Message;
import io.ordersaga.transcoder.transcoding.KnownFields;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The etag of an answer, as the service gave it, and whether the client has that answer already.
final class Freshness {
    static final String ETAG = "ETag";

    private static final String IF_NONE_MATCH = "If-None-Match";
    private static final Pattern ETAG_FORM = Pattern.compile("[!#-~]{1,200}");
    private static final Pattern LISTED = Pattern.compile("(W/)?\"([!#-~]*)\"");

    private Freshness() {}

    /// The header `ETag`, when the response has a field `etag`.
    static Map<String, String> headers(Message response) {
        return etagOf(response).map(etag -> Map.of(ETAG, '"' + etag + '"')).orElse(Map.of());
    }

    /// Whether the client named this very state as the one that it has.
    static boolean isKnown(HttpServletRequest request, Message response) {
        @Nullable String known = request.getHeader(IF_NONE_MATCH);
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return known != null
                && reads
                && etagOf(response)
                        .filter(etag -> known.strip().equals("*")
                                || LISTED.matcher(known)
                                        .results()
                                        .anyMatch(listed -> listed.group(2).equals(etag)))
                        .isPresent();
    }

    private static Optional<String> etagOf(Message response) {
        return KnownFields.etagOf(response)
                .filter(etag -> ETAG_FORM.matcher(etag).matches());
    }
}
