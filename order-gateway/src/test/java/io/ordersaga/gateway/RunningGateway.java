package io.ordersaga.gateway;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The gateway as its main method starts it, on free ports, in front of fake upstreams and called over real HTTP.
final class RunningGateway implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    record Reply(int code, Map<String, List<String>> headers, ByteString body) {
        String text() {
            return body.toStringUtf8();
        }

        JsonNode json() {
            return JSON.readTree(body.toByteArray());
        }

        String header(String name) {
            return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        }

        /// Reason of the `ErrorInfo`.
        String reason() {
            return detail("ErrorInfo").path("reason").asString();
        }

        /// The detail of a google.rpc type; missing node when there is none.
        JsonNode detail(String type) {
            for (JsonNode detail : json().path("error").path("details")) {
                if (detail.path("@type").asString().equals("type.googleapis.com/google.rpc." + type)) {
                    return detail;
                }
            }
            return JSON.missingNode();
        }

        /// The wrong fields, as `path: description`.
        List<String> violations() {
            List<String> violations = new ArrayList<>();
            detail("BadRequest")
                    .path("fieldViolations")
                    .forEach(violation -> violations.add(violation.path("field").asString("") + ": "
                            + violation.path("description").asString()));
            return violations;
        }
    }

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// All four services at one fake upstream, and a breaker that stays closed unless the settings say otherwise.
    static RunningGateway start(FakeUpstream upstream, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        for (String name : List.of("order", "coupon", "stock", "pay")) {
            all.put("ordersaga.gateway.upstreams." + name + ".target", upstream.target());
        }
        all.put("ordersaga.gateway.breaker.minimum-calls", "10000");
        all.put("ordersaga.gateway.breaker.window", "10000");
        all.putAll(settings);
        return start(new SpringApplicationBuilder(GatewayApp.class), all);
    }

    static RunningGateway start(SpringApplicationBuilder app, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("server.port", "0");
        all.putIfAbsent("management.server.port", "0");
        return new RunningGateway(app.run(all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new)));
    }

    int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Reply get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    Reply postJson(String path, String json, String... headers) {
        return sendJson("POST", path, json, headers);
    }

    Reply sendJson(String method, String path, String json, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return send(method, path, HttpRequest.BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    Reply send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    Reply manage(String path) {
        String port = context.getEnvironment().getRequiredProperty("local.management.port");
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build());
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers().map(), ByteString.copyFrom(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }
}
