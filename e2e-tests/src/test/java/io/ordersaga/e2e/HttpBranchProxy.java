package io.ordersaga.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// What [BranchProxy] is over gRPC, for one service's branches over HTTP: passes every call on until a test arms it,
/// and remembers what was called. A call whose answer is swallowed ends with its connection.
final class HttpBranchProxy implements AutoCloseable {
    private static final List<String> PASSED_ON = List.of("Content-Type", "traceparent", "saga-rejection-bin");

    private final Map<String, Runnable> insteadOfAnswer = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final int servicePort;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    HttpBranchProxy(int servicePort) {
        this.servicePort = servicePort;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("The branch proxy could not listen", e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::forward);
        server.start();
    }

    /// Where the coordinator is to call.
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Runs `action` once, when the service has answered the next call of `method`, and swallows that answer.
    void insteadOfNextAnswer(String method, Runnable action) {
        insteadOfAnswer.put(method, action);
    }

    /// The methods that were called for this saga, such as `Reserve`, in their order.
    List<String> callsOf(String gid) {
        return calls.stream()
                .filter(call -> call.startsWith(gid + " "))
                .map(call -> call.substring(gid.length() + 1))
                .toList();
    }

    private void forward(HttpExchange exchange) throws IOException {
        // Closed without an answer, it takes its connection with it.
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
            calls.add(gid(query) + " " + path.substring(path.lastIndexOf('/') + 1));
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + servicePort + path + "?" + query))
                    .timeout(Duration.ofSeconds(10))
                    .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
            PASSED_ON.forEach(name -> {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            });
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            Runnable instead = insteadOfAnswer.remove(path.substring(1));
            if (instead != null) {
                instead.run();
                return;
            }
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            answer.headers().firstValue("content-type").orElse("text/plain"));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String gid(String query) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith("gid=")) {
                return pair.substring("gid=".length());
            }
        }
        return "";
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
    }
}
