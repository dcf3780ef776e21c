package io.ordersaga.pay.mock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.mock.MockTable.GivenBack;
import io.ordersaga.pay.mock.MockTable.Intent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The mock provider on HTTP: the API that [MockProvider] calls and the page where customers pay.
///
/// | method and path | does |
/// |---|---|
/// | `POST /v1/intents` | opens `{payment_id, currency, amount}`; the same again is the same |
/// | `GET /v1/intents/{id}` | shows it |
/// | `POST /v1/intents/{id}/cancel` | cancels it, unless it is too late |
/// | `POST /v1/refunds` | gives back `{refund_id, intent_id, amount}`; the same again is the same |
/// | `GET /pay/{id}` | the page |
/// | `POST /pay/{id}` | pays: form fields `script`, `refund` (`ok`, `decline`, `delay`), `seconds` (0 to 600) |
final class MockServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MockServer.class);

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern INTENT = Pattern.compile("/v1/intents/([A-Za-z0-9_-]{1,128})(/cancel)?");
    private static final Pattern PAGE = Pattern.compile("/pay/([A-Za-z0-9_-]{1,128})");
    private static final int BODY_BYTES_MAX = 16_384;
    private static final int SECONDS_MAX = 600;
    private static final String HTML = "text/html; charset=utf-8";

    private record Answer(int code, String type, String body, Map<String, String> headers) {
        static Answer json(int code, Map<String, Object> body) {
            return new Answer(code, "application/json", JSON.writeValueAsString(body), Map.of());
        }

        static Answer error(int code, String error) {
            return json(code, Map.of("error", error));
        }
    }

    private final MockBank bank;
    private final PayConfig.Mock config;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    MockServer(MockBank bank, PayConfig.Mock config) {
        this.bank = bank;
        this.config = config;
        try {
            this.server = HttpServer.create(new InetSocketAddress(config.address(), config.port()), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("The mock provider cannot listen on port " + config.port(), e);
        }
    }

    void start() {
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        log.warn("The mock provider is at {}: anyone pays anything", url());
    }

    /// Where it listens, as this machine sees it.
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            return Answer.error(413, "too_long");
        }
        try {
            return route(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    new String(body, StandardCharsets.UTF_8));
        } catch (JacksonException | IllegalArgumentException e) {
            return Answer.error(400, "malformed");
        } catch (RuntimeException e) {
            log.error("The mock provider failed", e);
            return Answer.error(500, "internal");
        }
    }

    private Answer route(String method, String path, String body) {
        Matcher page = PAGE.matcher(path);
        if (page.matches()) {
            return method.equals("POST") ? pay(page.group(1), form(body)) : page(page.group(1));
        }
        if (bank.down()) {
            return Answer.error(503, "down");
        }
        Matcher intent = INTENT.matcher(path);
        if (intent.matches()) {
            boolean cancel = intent.group(2) != null;
            if (cancel != method.equals("POST")) {
                return Answer.error(405, "method");
            }
            return shown(cancel ? bank.cancel(intent.group(1)) : bank.intent(intent.group(1)));
        }
        return switch (method + " " + path) {
            case "POST /v1/intents" -> open(JSON.readTree(body));
            case "POST /v1/refunds" -> refund(JSON.readTree(body));
            default -> Answer.error(404, "not_found");
        };
    }

    private Answer open(JsonNode wanted) {
        String paymentId = word(wanted, "payment_id", "[A-Za-z0-9_-]{1,64}");
        String currency = word(wanted, "currency", "[A-Z]{3}");
        return shown(Optional.of(bank.open(paymentId, currency, amount(wanted))));
    }

    private Answer refund(JsonNode wanted) {
        String refundId = word(wanted, "refund_id", "[A-Za-z0-9_-]{1,64}");
        String intentId = word(wanted, "intent_id", "[A-Za-z0-9_-]{1,128}");
        Optional<GivenBack> refund = bank.refund(refundId, intentId, amount(wanted));
        return refund.map(given -> Answer.json(200, Map.of("id", given.refundId(), "status", given.status())))
                .orElseGet(() -> Answer.error(400, "refund_declined"));
    }

    private Answer shown(Optional<Intent> intent) {
        return intent.map(found -> Answer.json(200, MockBank.json(found, pageUrl(found.intentId()))))
                .orElseGet(() -> Answer.error(404, "not_found"));
    }

    private String pageUrl(String intentId) {
        return (config.publicUrl().isEmpty() ? url() : config.publicUrl()) + "/pay/" + intentId;
    }

    private Answer page(String intentId) {
        return bank.intent(intentId)
                .map(intent -> new Answer(200, HTML, MockPage.of(intent), MockPage.HEADERS))
                .orElseGet(() -> new Answer(404, HTML, MockPage.unknown(), MockPage.HEADERS));
    }

    private Answer pay(String intentId, Map<String, String> form) {
        Optional<MockScript> script = MockScript.of(form.getOrDefault("script", MockScript.SUCCESS.word()));
        String refund = form.getOrDefault("refund", "ok");
        String seconds = form.getOrDefault("seconds", "5");
        if (script.isEmpty()
                || !refund.matches("ok|decline|delay")
                || !seconds.matches("[0-9]{1,3}")
                || Integer.parseInt(seconds) > SECONDS_MAX) {
            return Answer.error(400, "malformed");
        }
        if (bank.intent(intentId).isEmpty()) {
            return new Answer(404, HTML, MockPage.unknown(), MockPage.HEADERS);
        }
        bank.pay(intentId, script.get(), refund.toUpperCase(Locale.ROOT), Integer.parseInt(seconds));
        return new Answer(303, HTML, "", Map.of("Location", "/pay/" + intentId));
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                form.put(decoded(field.substring(0, equals)), decoded(field.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String word(JsonNode object, String field, String form) {
        String word = object.path(field).asString("");
        if (!word.matches(form)) {
            throw new IllegalArgumentException(field);
        }
        return word;
    }

    private static long amount(JsonNode object) {
        long amount = object.path("amount").asLong(0);
        if (amount <= 0) {
            throw new IllegalArgumentException("amount");
        }
        return amount;
    }
}
