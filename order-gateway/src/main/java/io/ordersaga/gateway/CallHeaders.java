package io.ordersaga.gateway;

import io.grpc.Metadata;
import io.ordersaga.gateway.transcoding.BadRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What passes between HTTP headers and gRPC metadata. Requests by an allow-list, since metadata is how our programs
/// talk to each other; responses by two names that any service may use: `x-http-code` (2xx) and `location`.
final class CallHeaders {
    private static final Metadata.Key<String> REQUEST_ID = ascii("x-request-id");
    private static final Metadata.Key<String> HTTP_CODE = ascii("x-http-code");
    private static final Metadata.Key<String> LOCATION = ascii("location");
    private static final Pattern SUCCESS = Pattern.compile("2[0-9][0-9]");

    /// A path on this host; `//` would begin another host.
    private static final Pattern OWN_PATH = Pattern.compile("/|/[!-.0-~][!-~]{0,1000}");

    /// What HTTP allows beside controls, and gRPC takes as ASCII metadata.
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,1000}");

    private final List<Metadata.Key<String>> forwarded;

    CallHeaders(List<String> forwarded) {
        this.forwarded = forwarded.stream().map(CallHeaders::ascii).toList();
    }

    Metadata toUpstream(HttpServletRequest request, String requestId) throws BadRequestException {
        Metadata metadata = new Metadata();
        metadata.put(REQUEST_ID, requestId);
        CallerIdentity.addTo(metadata, request);
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

    static Map<String, String> toClient(Metadata response) {
        Map<String, String> headers = new TreeMap<>();
        String location = response.get(LOCATION);
        if (location != null && OWN_PATH.matcher(location).matches()) {
            headers.put("Location", location);
        }
        return headers;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
