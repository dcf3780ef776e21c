package io.ordersaga.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Makes the request that tells somebody of something: JSON with a [Signature]. Follows no redirect and
/// reads nothing of the answer but its status. Thread-safe.
public final class SignedPost implements AutoCloseable {

    /// What became of a request.
    ///
    /// @param status 0 when there was no answer
    /// @param error empty when it was received
    public record Result(int status, String error) {
        static Result failed(String error) {
            return new Result(0, error);
        }

        /// Whether the answer was a success.
        public boolean received() {
            return error.isEmpty();
        }
    }

    private final HttpClient http;
    private final AddressRules rules;
    private final Duration deadline;

    /// Opens no connection yet.
    ///
    /// @param deadline of one request, from the connection to the status
    public SignedPost(AddressRules rules, Duration deadline) {
        this.rules = rules;
        this.deadline = deadline;
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(deadline)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// Sends one notice and waits for the answer.
    ///
    /// @param url one to whose text the rules have no objection
    /// @param secret what it is signed with
    /// @param headers beside those of every such request
    /// @param body JSON
    /// @param now the time in the signature
    public Result send(URI url, String secret, Map<String, String> headers, byte[] body, Instant now)
            throws InterruptedException {
        Optional<String> objection = rules.objectionToAddress(url);
        if (objection.isPresent()) {
            return Result.failed("the URL " + objection.get());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(deadline)
                .header("Content-Type", "application/json")
                .header("User-Agent", "ordersaga-webhooks/1")
                .header(Signature.HEADER, Signature.of(secret, now, body))
                .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
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
