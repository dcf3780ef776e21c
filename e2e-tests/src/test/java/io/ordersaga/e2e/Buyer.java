package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A customer with a browser: orders, pays on the mock provider's page, and looks what becomes of it. Thread-safe.
final class Buyer {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient browser =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    final long user;
    final GatewayClient gateway;

    Buyer(Shop shop) {
        this.user = shop.newId();
        this.gateway = shop.gateway.as(user, "customer");
    }

    /// The body of an order for so many pieces; coupon 0 is none.
    static String basket(long product, int pieces, long coupon) {
        return """
                {"lines":[{"productId":"%d","quantity":%d}],"couponId":"%s"}
                """.formatted(product, pieces, coupon == 0 ? "" : Long.toString(coupon));
    }

    /// Places an order. 429 and 503 say that nothing was ordered: on a busy machine a customer may have to come again.
    GatewayClient.Answer create(long product, int pieces, long coupon) {
        return await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> gateway.post("/api/v1/orders", basket(product, pieces, coupon)),
                        answer -> answer.code() != 429 && answer.code() != 503);
    }

    /// Places an order that goes well, and returns its id.
    String order(long product, int pieces, long coupon) {
        GatewayClient.Answer answer = create(product, pieces, coupon);
        assertThat(answer.code()).as(answer.text()).isIn(201, 202);
        String orderId = answer.body().path("orderId").asString();
        awaitState(orderId, "AWAITING_PAYMENT");
        return orderId;
    }

    /// Places an order and pays it.
    String paidOrder(long product, int pieces, long coupon) {
        String orderId = order(product, pieces, coupon);
        pay(page(orderId), "success");
        awaitState(orderId, "PAID");
        return orderId;
    }

    /// Begins to pay an order, and returns the provider's page.
    URI page(String orderId) {
        GatewayClient.Answer started = gateway.post(
                "/api/v1/payments/" + payment(orderId).path("paymentId").asString() + ":pay", "{}");
        assertThat(started.code()).as(started.text()).isEqualTo(200);
        return URI.create(started.body().path("redirectUrl").asString());
    }

    /// Presses the button on the provider's page.
    ///
    /// @param script what happens then: `success`, `duplicate`, `late` and so on
    void pay(URI page, String script) {
        pay(page, Map.of("script", script, "seconds", "1"));
    }

    void pay(URI page, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        try {
            HttpResponse<String> answer = browser.send(
                    HttpRequest.newBuilder(page)
                            .timeout(Duration.ofSeconds(20))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    JsonNode show(String orderId) {
        GatewayClient.Answer answer = gateway.get("/api/v1/orders/" + orderId);
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.body();
    }

    JsonNode payment(String orderId) {
        GatewayClient.Answer answer = gateway.get("/api/v1/orders/" + orderId + "/payment");
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.body();
    }

    /// What happened to the order, oldest first.
    List<String> events(String orderId) {
        return gateway.get("/api/v1/orders/" + orderId + "/timeline")
                .body()
                .path("events")
                .valueStream()
                .map(event -> event.path("type").asString())
                .toList();
    }

    /// Waits until the order is in one of these states, and returns it.
    JsonNode awaitState(String orderId, String... states) {
        return await("order " + orderId + " in " + List.of(states))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> show(orderId),
                        order -> List.of(states).contains(order.path("state").asString()));
    }

    /// Waits until the payment of the order is in this state.
    JsonNode awaitPayment(String orderId, String... states) {
        return await("payment of " + orderId + " in " + List.of(states))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> payment(orderId),
                        payment ->
                                List.of(states).contains(payment.path("state").asString()));
    }
}
