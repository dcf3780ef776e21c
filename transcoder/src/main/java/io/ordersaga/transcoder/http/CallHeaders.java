package io.ordersaga.transcoder.http;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What passes between HTTP headers and gRPC metadata. Requests by an allow-list, since metadata is how
/// our programs talk to each other; responses by three names that any service may use: `x-http-code`
/// (2xx), `location`, and `idempotent-replayed` for an answer that was stored when the same request came
/// first.
public final class CallHeaders {
    private static final Metadata.Key<String> REQUEST_ID = ascii("x-request-id");
    private static final Metadata.Key<String> HTTP_CODE = ascii("x-http-code");
    private static final Metadata.Key<String> LOCATION = ascii("location");
    private static final Metadata.Key<String> REPLAYED = ascii("idempotent-replayed");
    private static final String REPLAYED_HEADER = "Idempotent-Replayed";
    private static final Pattern SUCCESS = Pattern.compile("2[0-9][0-9]");

    /// A path on this host; `//` would begin another host.
    private static final Pattern OWN_PATH = Pattern.compile("/|/[!-.0-~][!-~]{0,1000}");

    /// What HTTP allows beside controls, and gRPC takes as ASCII metadata.
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,1000}");

    private final List<Metadata.Key<String>> forwarded;
    private final Edge edge;

    /// By what a program allows and knows.
    ///
    /// @param forwarded lower-case names of request headers that calls have as metadata
    public CallHeaders(List<String> forwarded, Edge edge) {
        this.edge = edge;
        this.forwarded = forwarded.stream().map(CallHeaders::ascii).toList();
    }

    Metadata toUpstream(HttpServletRequest request, String requestId) throws BadRequestException {
        Metadata metadata = new Metadata();
        metadata.put(REQUEST_ID, requestId);
        edge.addTo(metadata, request);
        for (Metadata.Key<String> key : forwarded) {
            String value = request.getHeader(key.name());
            if (value != null && PRINTABLE.matcher(value).matches()) {
                metadata.put(key, value);
            }
        }
        return metadata;
    }

    static int httpCode(Metadata response) {
        String code = response.get(HTTP_CODE);
        return code != null && SUCCESS.matcher(code).matches() ? Integer.parseInt(code) : 200;
    }

    Map<String, String> toClient(Metadata response) {
        Map<String, String> headers = new TreeMap<>(edge.headersOf(response));
        String location = response.get(LOCATION);
        if (location != null && OWN_PATH.matcher(location).matches()) {
            headers.put("Location", location);
        }
        headers.putAll(replayed(response));
        return headers;
    }

    /// What a refused call says in headers.
    static Map<String, String> ofFailure(StatusRuntimeException failure) {
        @Nullable Metadata trailers = failure.getTrailers();
        return trailers == null ? Map.of() : replayed(trailers);
    }

    /// All headers of a request by lower-case name; the values of one name are joined as HTTP says.
    static Map<String, String> all(HttpServletRequest request) {
        Map<String, String> all = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            all.put(name.toLowerCase(Locale.ROOT), String.join(", ", Collections.list(request.getHeaders(name))));
        }
        return all;
    }

    private static Map<String, String> replayed(Metadata response) {
        return "true".equals(response.get(REPLAYED)) ? Map.of(REPLAYED_HEADER, "true") : Map.of();
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
