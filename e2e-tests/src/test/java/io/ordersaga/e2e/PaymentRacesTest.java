package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A payment and something else at the same moment, with the mock provider that runs in the stack: whoever wins, nobody
/// pays for nothing and nobody gets anything for nothing. A product has a price of 1100.
@Tag("e2e")
class PaymentRacesTest {
    /// What the mock provider signs with unless it is told otherwise.
    private static final String MOCK_SECRET = "mock-provider-signs-with-this";

    private final Shop shop = Shop.open();
    private final Buyer buyer = new Buyer(shop);
    private final GatewayClient staff = shop.gateway.as(shop.newId(), "staff");
    private final long product = shop.newId();

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void paidAndCancelledAtTheSameMomentIsOneOfTheTwo() {
        shop.books.addProduct(product, 10);
        for (String orderId : orders(6)) {
            URI page = buyer.page(orderId);

            AtOnce.both(
                    () -> {
                        buyer.pay(page, "success");
                        return 0;
                    },
                    () -> buyer.gateway
                            .post("/api/v1/orders/" + orderId + ":cancel", "{}")
                            .code());

            assertPaidOrCancelled(orderId);
        }
    }

    @Test
    void paidAtTheVeryEndOfItsTimeIsPaidOrCancelled() {
        shop.books.addProduct(product, 10);
        for (String orderId : orders(4)) {
            URI page = buyer.page(orderId);

            AtOnce.both(
                    () -> {
                        buyer.pay(page, "success");
                        return 0;
                    },
                    () -> {
                        shop.books.expire(orderId);
                        return 0;
                    });

            assertPaidOrCancelled(orderId);
        }
    }

    @Test
    void anOrderThatIsNotPaidInTimeIsCancelledAndGivesAllBack() {
        shop.books.addProduct(product, 10);
        long coupon = shop.newId();
        shop.books.addCoupon(coupon, buyer.user);
        String orderId = buyer.order(product, 1, coupon);

        shop.books.expire(orderId);

        JsonNode cancelled = buyer.awaitState(orderId, "CANCELLED");
        assertThat(cancelled.path("cancelReason").asString()).isEqualTo("PAYMENT_TIMEOUT");
        assertThat(shop.books.stock(product)).isEqualTo("10/0");
        assertThat(shop.books.coupon(coupon)).isEqualTo("UNUSED");
        assertThat(buyer.payment(orderId).path("state").asString()).isEqualTo("CLOSED");
    }

    @Test
    void aPaymentAfterTheCancellationIsGivenBack() {
        shop.books.addProduct(product, 10);
        String orderId = buyer.order(product, 1, 0);
        URI page = buyer.page(orderId);
        // The provider collects a second from now, whatever the shop says until then.
        buyer.pay(page, "late");
        GatewayClient.Answer cancelled = buyer.gateway.post("/api/v1/orders/" + orderId + ":cancel", "{}");
        assertThat(cancelled.code()).as(cancelled.text()).isEqualTo(200);

        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(refunds(orderId)).containsExactly("SUCCEEDED 1100"));
        buyer.awaitState(orderId, "CANCELLED");
        assertThat(shop.books.stock(product)).isEqualTo("10/0");
    }

    @Test
    void noticesThatComeTwiceOrInTheWrongOrderChangeOneThingOnce() {
        shop.books.addProduct(product, 10);
        for (String script : List.of("duplicate", "out_of_order")) {
            String orderId = buyer.order(product, 1, 0);

            buyer.pay(buyer.page(orderId), script);

            buyer.awaitState(orderId, "PAID");
            await().atMost(Shop.RECOVERY_LIMIT).until(shop.books::allNoticesAreTaken);
            assertThat(buyer.payment(orderId).path("state").asString()).isEqualTo("PAID");
            assertThat(buyer.events(orderId)).filteredOn("PAID"::equals).hasSize(1);
        }
        assertThat(shop.books.stock(product)).isEqualTo("8/0");
    }

    @Test
    void aNoticeThatIsNotGenuineChangesNothing() {
        shop.books.addProduct(product, 10);
        String orderId = buyer.order(product, 1, 0);
        buyer.page(orderId);
        String paymentId = buyer.payment(orderId).path("paymentId").asString();
        long now = Instant.now().getEpochSecond();

        refused(401, "WEBHOOK_SIGNATURE_INVALID", notice(paymentId, 1100), now, "another secret");
        refused(401, "WEBHOOK_TIMESTAMP_INVALID", notice(paymentId, 1100), now - 3600, MOCK_SECRET);
        refused(400, "WEBHOOK_WRONG_AMOUNT", notice(paymentId, 1), now, MOCK_SECRET);
        refused(400, "WEBHOOK_UNKNOWN_PAYMENT", notice("no-such-payment", 1100), now, MOCK_SECRET);
        refused(400, "WEBHOOK_UNREADABLE", "{}", now, MOCK_SECRET);

        assertThat(buyer.show(orderId).path("state").asString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(buyer.payment(orderId).path("state").asString()).isNotEqualTo("PAID");
    }

    @Test
    void twoRefundsOfEverythingAreOne() {
        shop.books.addProduct(product, 10);
        String orderId = buyer.paidOrder(product, 2, 0);

        List<GatewayClient.Answer> answers =
                AtOnce.times(2, () -> staff.post("/api/v1/orders/" + orderId + "/refunds", "{\"reason\":\"broken\"}"));

        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(refunds(orderId)).containsExactly("SUCCEEDED 2200"));
        assertThat(answers).filteredOn(answer -> answer.code() < 300).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.code() >= 300)
                .extracting(GatewayClient.Answer::reason)
                .containsAnyOf("REFUND_EXCEEDS_PAID", "ORDER_STATE_CONFLICT");
        JsonNode order = buyer.awaitState(orderId, "REFUNDED");
        assertThat(order.at("/refunded/amountMinor").asString()).isEqualTo("2200");
    }

    @Test
    void anOrderThatACouponCoversIsRefundedWithoutMoney() {
        shop.books.addProduct(product, 10);
        long coupon = shop.newId();
        shop.books.addCoupon(coupon, buyer.user, 5000);
        GatewayClient.Answer created = buyer.create(product, 2, coupon);
        assertThat(created.code()).as(created.text()).isIn(201, 202);
        String orderId = created.body().path("orderId").asString();
        buyer.awaitState(orderId, "PAID");

        String refunds = "/api/v1/orders/" + orderId + "/refunds";
        GatewayClient.Answer half =
                buyer.gateway.post(refunds, "{\"lines\":[{\"productId\":\"%d\",\"quantity\":1}]}".formatted(product));
        assertThat(half.code()).as(half.text()).isIn(201, 202);
        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(shop.books.stock(product)).isEqualTo("9/0"));
        buyer.awaitState(orderId, "PAID");

        GatewayClient.Answer refunded = buyer.gateway.post(refunds, "{}");

        assertThat(refunded.code()).as(refunded.text()).isIn(201, 202);
        buyer.awaitState(orderId, "REFUNDED");
        assertThat(buyer.payment(orderId).path("state").asString()).isEqualTo("REFUNDED");
        assertThat(shop.books.stock(product)).isEqualTo("10/0");
        assertThat(shop.books.coupon(coupon)).isEqualTo("UNUSED");
    }

    @Test
    void ofARefundAndAShipmentOneWins() {
        shop.books.addProduct(product, 10);
        String orderId = buyer.paidOrder(product, 1, 0);

        List<GatewayClient.Answer> answers = AtOnce.both(
                () -> staff.post("/api/v1/orders/" + orderId + "/refunds", "{\"reason\":\"changed my mind\"}"),
                () -> staff.post(
                        "/api/v1/orders/" + orderId + ":ship", "{\"tracking\":{\"carrier\":\"c\",\"number\":\"1\"}}"));

        String state =
                buyer.awaitState(orderId, "REFUNDED", "SHIPPED").path("state").asString();
        if (answers.getLast().code() >= 300) {
            assertThat(answers.getLast().reason()).isEqualTo("ORDER_STATE_CONFLICT");
            assertThat(state).isEqualTo("REFUNDED");
        } else {
            // Shipped first: what is on its way can still be refunded, after it and not at once with it.
            assertThat(buyer.events(orderId)).contains("SHIPPED");
        }
    }

    private void assertPaidOrCancelled(String orderId) {
        await().atMost(Shop.RECOVERY_LIMIT).untilAsserted(() -> {
            String state = buyer.show(orderId).path("state").asString();
            String payment = buyer.payment(orderId).path("state").asString();
            assertThat(state + " " + payment).isIn("PAID PAID", "CANCELLED CLOSED", "CANCELLED REFUNDED");
            List<String> events = buyer.events(orderId);
            assertThat(events).filteredOn(state::equals).hasSize(1);
            assertThat(shop.books.reservation(orderId)).isEqualTo(state.equals("PAID") ? "COMMITTED" : "RELEASED");
        });
    }

    private List<String> orders(int count) {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(buyer.order(product, 1, 0));
        }
        return orders;
    }

    private List<String> refunds(String orderId) {
        String paymentId = buyer.payment(orderId).path("paymentId").asString();
        return buyer.gateway
                .get("/api/v1/payments/" + paymentId + "/refunds")
                .body()
                .path("refunds")
                .valueStream()
                .map(refund -> refund.path("state").asString() + " "
                        + refund.at("/amount/amountMinor").asString())
                .toList();
    }

    private void refused(int code, String reason, String body, long time, String secret) {
        GatewayClient.Answer answer = shop.gateway.send(
                "POST",
                "/webhooks/payments/mock",
                body,
                "Mock-Signature",
                "t=" + time + ",v1=" + hmac(secret, time + "." + body));

        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.reason()).isEqualTo(reason);
    }

    private static String notice(String paymentId, long amount) {
        return """
                {"id":"me-%s-%d","type":"intent","object":{"id":"mi-%s","payment_id":"%s","status":"SUCCEEDED",\
                "currency":"CNY","amount":%d,"captured":%d}}""".formatted(paymentId, amount, paymentId, paymentId, amount, amount);
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
