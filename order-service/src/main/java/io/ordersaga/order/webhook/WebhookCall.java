package io.ordersaga.order.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Optional;

/// Makes the request that tells an endpoint of an event. Follows no redirect and reads nothing of the
/// answer but its status. Thread-safe.
final class WebhookCall implements AutoCloseable {
    static final String EVENT_ID = "Ordersaga-Event-Id";
    static final String EVENT_TYPE = "Ordersaga-Event-Type";

    /// What became of a request.
    ///
    /// @param status 0 when there was no answer
    /// @param error empty when the event was received
    record Result(int status, String error) {
        static Result failed(String error) {
            return new Result(0, error);
        }

        boolean received() {
            return error.isEmpty();
        }
    }

    private final HttpClient http;
    private final AddressRules rules;
    private final WebhookConfig config;

    WebhookCall(AddressRules rules, WebhookConfig config) {
        this.rules = rules;
        this.config = config;
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.sending().deadline())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// @param now the time in the signature
    Result send(EndpointRow endpoint, EventRow event, Instant now) throws InterruptedException {
        URI url = URI.create(endpoint.url());
        Optional<String> objection = rules.objectionToAddress(url);
        if (objection.isPresent()) {
            return Result.failed("the URL " + objection.get());
        }
        byte[] body = EventJson.of(event, config.bodyBytesMax());
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(config.sending().deadline())
                .header("Content-Type", "application/json")
                .header("User-Agent", "ordersaga-webhooks/1")
                .header(EVENT_ID, event.eventId())
                .header(EVENT_TYPE, event.publicType())
                .header(Signature.HEADER, Signature.of(endpoint.secret(), now, body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            // Closed unread, because nobody knows how long it is.
            response.body().close();
            int status = response.statusCode();
            return status / 100 == 2 ? new Result(status, "") : new Result(status, "answered " + status);
        } catch (IOException e) {
            String message = e.getMessage();
            return Result.failed(e.getClass().getSimpleName() + (message == null ? "" : ": " + message));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
