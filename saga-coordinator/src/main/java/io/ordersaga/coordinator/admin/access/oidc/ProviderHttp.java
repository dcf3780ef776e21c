package io.ordersaga.coordinator.admin.access.oidc;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/// Requests to the provider: each has a deadline, up to the last byte of the answer, and an answer a largest size.
/// Follows no redirect. Thread-safe.
final class ProviderHttp implements ResourceRetriever, AutoCloseable {

    /// @param body as text
    record Answer(int status, String body) {
        boolean isSuccess() {
            return status == 200;
        }
    }

    private final HttpClient http;
    private final Duration deadline;
    private final long bytesMax;

    ProviderHttp(OidcSettings settings) {
        this.deadline = settings.deadline();
        this.bytesMax = settings.documentMax().toBytes();
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(deadline)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    Answer get(URI url) throws IOException {
        return send(HttpRequest.newBuilder(url).GET());
    }

    /// @param authorization the header of this name
    Answer post(URI url, Map<String, String> form, Optional<String> authorization) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form)));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return send(request);
    }

    /// For the keys.
    @Override
    public Resource retrieveResource(URL url) throws IOException {
        try {
            Answer answer = get(url.toURI());
            if (!answer.isSuccess()) {
                throw new IOException("answered " + answer.status());
            }
            return new Resource(answer.body(), "application/json");
        } catch (URISyntaxException e) {
            throw new IOException("is no URL", e);
        }
    }

    static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        request.header("Accept", "application/json").timeout(deadline);
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request.build(), BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), bytesMax));
        try {
            HttpResponse<String> received = answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(received.statusCode(), received.body());
        } catch (ExecutionException e) {
            throw new IOException("did not answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("did not answer within " + deadline, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("was not waited for", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
