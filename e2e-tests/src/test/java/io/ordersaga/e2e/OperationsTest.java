package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an operator looks at: logs that tell one order's story, health that tells the truth, metrics.
@Tag("e2e")
class OperationsTest {
    private final Shop shop = Shop.open();

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @Test
    void oneTraceLeadsFromTheHttpRequestIntoEveryBranch() {
        long product = shop.newId();
        long user = shop.newId();
        long coupon = shop.newId();
        shop.books.addProduct(product, 1);
        shop.books.addCoupon(coupon, user);
        String traceId = "4bf92f3577b34da6a3ce929d%08x".formatted(product);
        String body = "{\"userId\":%d,\"productId\":%d,\"amount\":1100,\"productCount\":1,\"couponId\":%d}"
                .formatted(user, product, coupon);

        String orderId = submitted(body, traceId);
        shop.outcome(orderId);
        // The coordinator tells what does not go well: the coupon is used.
        String refusedTraceId = traceId.replace('4', '5');
        String refused = submitted(body, refusedTraceId);
        shop.outcome(refused);

        List<Component> branches = List.of(Component.ORDER, Component.STOCK, Component.COUPON, Component.PAY);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(branches)
                    .allSatisfy(service -> assertThat(linesOf(service, traceId))
                            .as(service + " about trace " + traceId)
                            .anySatisfy(line -> assertThat(line)
                                    .contains(orderId)
                                    .contains("place-" + orderId)
                                    .startsWith("{")));
            assertThat(linesOf(Component.COORDINATOR, refusedTraceId))
                    .as("coordinator")
                    .anySatisfy(line -> assertThat(line).contains("place-" + refused));
            assertThat(linesOf(Component.GATEWAY, traceId)).isNotEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ORDER_MANAGEMENT",
                "STOCK_MANAGEMENT",
                "COUPON_MANAGEMENT",
                "PAY_MANAGEMENT",
                "COORDINATOR_MANAGEMENT",
                "GATEWAY_MANAGEMENT"
            })
    void servesProbesAndMetrics(Port management) {
        GatewayClient client = new GatewayClient(shop.url(management));
        assertThat(client.get("/actuator/health/liveness").code()).isEqualTo(200);
        assertThat(client.get("/actuator/health/readiness").code()).isEqualTo(200);
        assertThat(client.get("/actuator/prometheus").text()).contains("jvm_memory_used_bytes");
        assertThat(client.get("/actuator/env").code()).isEqualTo(404);
    }

    /// The database dies while a branch is in the middle of its transaction, and comes back.
    @Test
    void readinessTellsTheTruthAboutTheDatabaseAndWhatItDiedOfIsDoneAgain() {
        List<GatewayClient> owners = Stream.of(
                        Port.ORDER_MANAGEMENT,
                        Port.STOCK_MANAGEMENT,
                        Port.COUPON_MANAGEMENT,
                        Port.PAY_MANAGEMENT,
                        Port.COORDINATOR_MANAGEMENT)
                .map(port -> new GatewayClient(shop.url(port)))
                .toList();
        long product = shop.newId();
        shop.books.addProduct(product, 2);
        String orderId = shop.books.whileLocked(product, () -> {
            String submitted = shop.submit(shop.newId(), product, 1, 0);
            await().atMost(Shop.RECOVERY_LIMIT)
                    .until(() -> !shop.books.waitingForStock().isEmpty());
            shop.kill(Component.DATABASE);
            return submitted;
        });
        try {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(owners).allSatisfy(owner -> {
                        assertThat(owner.get("/actuator/health/readiness").code())
                                .isEqualTo(503);
                        assertThat(owner.get("/actuator/health/liveness").code())
                                .isEqualTo(200);
                    }));
            GatewayClient.Answer refused = shop.gateway.get("/api/v1/products/1");
            assertThat(refused.code()).as(refused.text()).isEqualTo(503);
        } finally {
            shop.start(Component.DATABASE);
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(owners)
                        .allSatisfy(owner -> assertThat(
                                        owner.get("/actuator/health/readiness").code())
                                .isEqualTo(200)));
        assertThat(shop.outcome(orderId, Shop.RECOVERY_LIMIT).path("state").asString())
                .isEqualTo("AWAITING_PAYMENT");
        assertThat(shop.books.stock(product)).isEqualTo("1/1");
        await().atMost(Shop.RECOVERY_LIMIT)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() -> shop.outcome(shop.submit(shop.newId(), product, 1, 0)) != null);
        shop.books.balance();
    }

    private String submitted(String body, String traceId) {
        GatewayClient.Answer answer = shop.gateway.send(shop.gateway
                .request("/api/v1/submit")
                .header("traceparent", "00-" + traceId + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.body().get("orderId").asString();
    }

    private List<String> linesOf(Component component, String text) {
        return shop.log(component).stream().filter(line -> line.contains(text)).toList();
    }
}
