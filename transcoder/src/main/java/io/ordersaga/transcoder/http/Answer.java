package io.ordersaga.transcoder.http;

import com.google.protobuf.ByteString;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// What goes back to the client.
///
/// @param headers besides content type and length
public record Answer(int httpCode, String contentType, ByteString body, Map<String, String> headers) {
    public static final String JSON = "application/json";
    public static final String PROBLEM_JSON = "application/problem+json";

    /// On every answer unless the answer says otherwise: nothing here may be kept by others, framed or run.
    private static final Map<String, String> DEFAULT_HEADERS = Map.of(
            "Cache-Control", "private, no-cache",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    /// For pages that a service writes: styles in the page, forms that go to this host, no scripts.
    private static final Map<String, String> PAGE_HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
                    + "frame-ancestors 'none'");

    /// An answer of any type.
    public static Answer of(int httpCode, String contentType, ByteString body, Map<String, String> headers) {
        if (!contentType.startsWith("text/html")) {
            return new Answer(httpCode, contentType, body, headers);
        }
        Map<String, String> all = new TreeMap<>(PAGE_HEADERS);
        all.putAll(headers);
        return new Answer(httpCode, contentType, body, all);
    }

    /// An answer in JSON.
    public static Answer json(int httpCode, ByteString body, Map<String, String> headers) {
        return new Answer(httpCode, JSON, body, headers);
    }

    /// An answer without a body.
    public static Answer empty(int httpCode, Map<String, String> headers) {
        return new Answer(httpCode, "", ByteString.EMPTY, headers);
    }

    /// Sends the answer, with what every answer of ours says in headers.
    public void writeTo(HttpServletResponse response) throws IOException {
        response.setStatus(httpCode);
        Map<String, String> all = new TreeMap<>(DEFAULT_HEADERS);
        all.putAll(headers);
        all.forEach(response::setHeader);
        if (!body.isEmpty()) {
            response.setContentType(contentType);
        }
        if (httpCode != HttpServletResponse.SC_NO_CONTENT && httpCode != HttpServletResponse.SC_NOT_MODIFIED) {
            response.setContentLength(body.size());
            body.writeTo(response.getOutputStream());
        }
    }
}
