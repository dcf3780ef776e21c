package io.ordersaga.stack.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ordersaga.stack.Component;
import io.ordersaga.stack.LocalStack;
import io.ordersaga.stack.Overrides;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// Takes the requests of other terminals, so that every program is a child of the one supervisor that stops it. Listens
/// on loopback and answers only who could read the token in the run file.
final class ControlServer implements AutoCloseable {
    static final String TOKEN_HEADER = "X-Ordersaga-Token";
    private static final int TOKEN_BYTES = 24;
    private static final int BODY_LIMIT = 64 * 1024;

    private final LocalStack stack;
    private final HttpServer server;
    private final String token;

    ControlServer(LocalStack stack) {
        this.stack = stack;
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        this.token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("No port for requests from other terminals", e);
        }
    }

    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/start/", this::handleStart);
        server.start();
    }

    RunFile.Control address() {
        return new RunFile.Control(server.getAddress().getPort(), token);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /// `POST /start/NAME` with one `VARIABLE=VALUE` per line for the environment; answers when the program is ready.
    private void handleStart(HttpExchange exchange) throws IOException {
        try (exchange) {
            String given = String.valueOf(exchange.getRequestHeaders().getFirst(TOKEN_HEADER));
            if (!MessageDigest.isEqual(bytes(given), bytes(token))) {
                answer(exchange, 403, "Not for you");
                return;
            }
            String body = new String(exchange.getRequestBody().readNBytes(BODY_LIMIT), StandardCharsets.UTF_8);
            String name = exchange.getRequestURI().getPath().substring("/start/".length());
            try {
                stack.start(Component.named(name), Overrides.environment(environment(body)));
                answer(exchange, 200, name + " is ready");
            } catch (StartFailure | IllegalArgumentException e) {
                answer(exchange, 409, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Map<String, String> environment(String body) {
        return body.lines()
                .filter(line -> line.contains("="))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1], (_, last) -> last));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = bytes(text);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
