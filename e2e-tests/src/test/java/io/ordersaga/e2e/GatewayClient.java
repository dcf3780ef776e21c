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
        this.base = base;
    }

    Answer get(String path) {
        return send(request(path).GET().build());
    }

    Answer post(String path, String body) {
        return send(request(path).POST(BodyPublishers.ofString(body)).build());
    }

    /// Any request below the gateway's address, for the unusual ones.
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIME_LIMIT)
                .header("content-type", "application/json");
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
