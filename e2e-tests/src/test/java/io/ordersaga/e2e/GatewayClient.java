package io.ordersaga.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A customer with an HTTP client. Thread-safe.
final class GatewayClient {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIME_LIMIT).build();
    private final URI base;
    private final Map<String, String> identity;

    /// An answer: HTTP code, headers and JSON body.
    record Answer(int code, Map<String, String> headers, JsonNode body, String text) {
        /// Reason of the first `ErrorInfo` of an error answer, empty when there is none.
        String reason() {
            for (JsonNode detail : body.path("error").path("details")) {
                if (detail.path("@type").asString("").endsWith("google.rpc.ErrorInfo")) {
                    return detail.path("reason").asString("");
                }
            }
            return "";
        }
    }

    GatewayClient(URI base) {
        this(base, Map.of());
    }

    private GatewayClient(URI base, Map<String, String> identity) {
        this.base = base;
        this.identity = identity;
    }

    /// The same gateway, asked by this user.
    ///
    /// @param roles such as `customer` or `staff`
    GatewayClient as(long user, String roles) {
        return new GatewayClient(base, Map.of("x-user-id", Long.toString(user), "x-user-roles", roles));
    }

    Answer get(String path) {
        return send(request(path).GET().build());
    }

    Answer post(String path, String body) {
        return send(request(path).POST(BodyPublishers.ofString(body)).build());
    }

    /// Any request below the gateway's address, for the unusual ones.
    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIME_LIMIT)
                .header("content-type", "application/json");
        identity.forEach(request::header);
        return request;
    }

    /// A request with more headers, given as names and values in turn; an empty body is none.
    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                request(path).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            String text = response.body();
            JsonNode body = text.startsWith("{") ? json.readTree(text) : json.createObjectNode();
            Map<String, String> headers = response.headers().map().entrySet().stream()
                    .collect(java.util.stream.Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().getFirst()));
            return new Answer(response.statusCode(), headers, body, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
