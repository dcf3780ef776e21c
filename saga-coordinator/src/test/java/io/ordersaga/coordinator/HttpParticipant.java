package io.ordersaga.coordinator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// An HTTP server on a free port that answers by script, 200 and an empty body when nothing is queued, and
/// remembers every request.
public final class HttpParticipant implements AutoCloseable {

    /// One request as it arrived.
    ///
    /// @param query decoded
    public record Request(
            String method, String path, Map<String, String> query, Map<String, String> headers, String body) {}

    /// What to do with a request.
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Queue<Answer>> scripts = new ConcurrentHashMap<>();
    private final Map<String, Answer> usual = new ConcurrentHashMap<>();

    private HttpParticipant() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
    }

    public static HttpParticipant start() {
        HttpParticipant participant = new HttpParticipant();
        participant.server.start();
        return participant;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public HttpParticipant next(String path, Answer answer) {
        scripts.computeIfAbsent(path, key -> new ConcurrentLinkedQueue<>()).add(answer);
        return this;
    }

    /// Sets the answer to every request of `path` for which nothing is queued.
    public HttpParticipant always(String path, Answer answer) {
        usual.put(path, answer);
        return this;
    }

    public HttpParticipant next(String path, int status, String body) {
        return next(path, exchange -> respond(exchange, status, body));
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<Request> requestsOf(String gid) {
        return requests.stream()
                .filter(request -> gid.equals(request.query().get("gid")))
                .toList();
    }

    public static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(),
                path,
                query(exchange.getRequestURI().getRawQuery()),
                headers,
                body));
        Queue<Answer> script = scripts.get(path);
        Answer queued = script == null ? null : script.poll();
        Answer answer = queued == null ? usual.get(path) : queued;
        if (answer == null) {
            boolean isJsonRpc = exchange.getRequestURI().getPath().length() > 1
                    && String.valueOf(exchange.getRequestURI().getRawQuery()).startsWith("method=");
            respond(exchange, 200, isJsonRpc ? "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}" : "");
        } else {
            answer.to(exchange);
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
