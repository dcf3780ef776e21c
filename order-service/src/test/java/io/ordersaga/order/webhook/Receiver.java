package io.ordersaga.order.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// Somebody's endpoint: remembers what arrives and answers by script, with 204 unless told otherwise.
/// Thread-safe.
final class Receiver implements AutoCloseable {
    record Arrival(String path, String eventId, String eventType, String signature, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private volatile Function<Arrival, Integer> answer = arrival -> 204;

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void answer(Function<Arrival, Integer> status) {
        answer = status;
    }

    /// What was received with 2xx, or refused, in the order of arrival.
    List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Arrival arrival = new Arrival(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Ordersaga-Event-Id"),
                    exchange.getRequestHeaders().getFirst("Ordersaga-Event-Type"),
                    exchange.getRequestHeaders().getFirst("Ordersaga-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            arrivals.add(arrival);
            int status = answer.apply(arrival);
            if (status / 100 == 3) {
                exchange.getResponseHeaders().set("Location", url("/elsewhere"));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
