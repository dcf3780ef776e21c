package io.ordersaga.pay.provider;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.ProviderUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// HTTP calls to providers: with a deadline that the answer's last byte keeps too, of an answer that is
/// not too long, made once, no redirects followed. Thread-safe.
public final class ProviderCalls implements AutoCloseable {
    /// An answer that says how things stand: 200 to 299, or a refusal of the request, 400 to 499.
    ///
    /// @param body an empty object when a refusal came without JSON
    public record Answer(int code, JsonNode body) {
        public boolean ok() {
            return code < 300;
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PayConfig.Calls config;
    private final HttpClient http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public ProviderCalls(PayConfig.Calls config) {
        this.config = config;
        this.http = HttpClient.newBuilder()
                .connectTimeout(config.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// Sends the request.
    ///
    /// @throws ProviderUnavailableException when there is no answer in time, it is too long, a redirect,
    ///     401, 403, 408, 409 (another call with our key is under way), 425, 429 or 5xx, or a 2xx
    ///     without JSON
    public Answer send(HttpRequest.Builder request) {
        HttpRequest whole = request.timeout(config.deadline()).build();
        String what = whole.method() + " " + whole.uri().getPath();
        // The client's own timeout ends with the headers, so the whole exchange has one around it.
        Future<Answer> exchange = threads.submit(() -> exchange(whole, what));
        try {
            return exchange.get(config.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ProviderUnavailableException(what + " was not answered within " + config.deadline(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProviderUnavailableException known) {
                throw known;
            }
            throw new ProviderUnavailableException(what + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnavailableException(what + " was interrupted", e);
        } finally {
            exchange.cancel(true);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.shutdownNow();
    }

    private Answer exchange(HttpRequest request, String what) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        int code = response.statusCode();
        byte[] bytes;
        try (InputStream body = response.body()) {
            bytes = bounded(body, what);
        }
        if ((code >= 300 && code < 400) || code >= 500 || isRetryable(code)) {
            throw new ProviderUnavailableException(what + " was answered " + code, null);
        }
        return new Answer(code, parsed(bytes, code, what));
    }

    /// 401 and 403 are about our key and not about the payment: someone puts the key right, and then it
    /// works.
    private static boolean isRetryable(int code) {
        return switch (code) {
            case 401, 403, 408, 409, 425, 429 -> true;
            default -> false;
        };
    }

    private byte[] bounded(InputStream body, String what) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            bytes.write(buffer, 0, read);
            if (bytes.size() > config.answerBytesMax()) {
                throw new ProviderUnavailableException(
                        what + " was answered with more than " + config.answerBytesMax() + " bytes", null);
            }
        }
        return bytes.toByteArray();
    }

    private static JsonNode parsed(byte[] bytes, int code, String what) {
        try {
            JsonNode body = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            if (code < 300) {
                throw new ProviderUnavailableException(what + " was answered without JSON", e);
            }
        }
        if (code < 300) {
            throw new ProviderUnavailableException(what + " was answered without a JSON object", null);
        }
        return JSON.createObjectNode();
    }
}
