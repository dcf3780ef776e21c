package io.ordersaga.bench.operators;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// Somebody at a browser who signed in: all requests have the session's cookie. Thread-safe.
///
/// @param base of the coordinator's pages
/// @param cookie name and value, as browsers send it
public record Viewer(HttpClient client, URI base, String cookie) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Opens a session.
    ///
    /// @throws IllegalStateException when the account is not let in
    public static Viewer signIn(HttpClient client, URI base, String account, String password) {
        String form = "account=" + encoded(account) + "&password=" + encoded(password) + "&next=%2F";
        HttpResponse<String> answer = send(
                client,
                HttpRequest.newBuilder(base.resolve("/sign-in"))
                        .timeout(LIMIT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        String cookie = answer.headers()
                .firstValue("Set-Cookie")
                .map(set -> set.substring(0, set.indexOf(';')))
                .orElseThrow(() -> new IllegalStateException("nobody was signed in: " + answer.statusCode()));
        return new Viewer(client, base, cookie);
    }

    /// Opens a page as somebody does who clicks on a link.
    ///
    /// @return its HTML
    /// @throws IllegalStateException when it is no page
    public String open(String path) {
        HttpResponse<String> answer = get(path, Map.of("Accept", "text/html"), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    /// Waits for the first byte of a download, and then reads all of it.
    ///
    /// @throws IllegalStateException when there is none
    public Download download(String path) {
        long began = System.nanoTime();
        HttpResponse<InputStream> answer = get(path, Map.of(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            int first = body.read();
            long until = System.nanoTime() - began;
            long bytes = 1 + body.transferTo(OutputStream.nullOutputStream());
            if (answer.statusCode() != 200 || first < 0) {
                throw new IllegalStateException(path + " answered " + answer.statusCode());
            }
            return new Download(until, System.nanoTime() - began, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How a download went. Times are nanoseconds since it was asked for.
    public record Download(long firstByte, long lastByte, long bytes) {}

    HttpResponse<String> ask(String path, Map<String, String> headers) {
        return get(path, headers, BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> get(String path, Map<String, String> headers, BodyHandler<T> body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).header("Cookie", cookie);
        headers.forEach(request::header);
        return send(client, request.build(), body);
    }

    private static <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> body) {
        try {
            return client.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + request.uri(), e);
        }
    }

    /// As the value of an argument in an address.
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
