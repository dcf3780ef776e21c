package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.Component;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The scenarios that end by themselves. Every test sells its own product to its own user; the books of all schemas
/// must
/// balance after each.
@Tag("e2e")
class PlaceOrderTest {
    private final Shop shop = Shop.open();
    private final long product = shop.newId();
    private final long user = shop.newId();
    private final long coupon = shop.newId();

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void newcomersOrderIsPlacedOnceAndThenRefusedBecauseItsCouponIsUsed() {
        // The seed rows and the very bodies of the document: product 1 at 1100, coupon 1 of user 1 worth 1000.
        String stock = shop.books.stock(1);
        int before = Integer.parseInt(stock.substring(0, stock.indexOf('/')));
        String body = "{\"userId\":1,\"productId\":1,\"amount\":1100,\"productCount\":1,\"couponId\":1}";

        String placed =
                shop.gateway.post("/api/v1/submit", body).body().get("orderId").asString();
        JsonNode order = shop.outcome(placed);
        assertThat(order.get("state").asString()).as(order.toString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(order.at("/payable/amountMinor").asString()).isEqualTo("100");
        assertThat(shop.books.stock(1)).isEqualTo((before - 1) + "/1");
        assertThat(shop.books.coupon(1)).isEqualTo("LOCKED " + placed);
        assertThat(shop.books.payment(placed)).isEqualTo("PENDING 100");

        String refused =
                shop.gateway.post("/api/v1/submit", body).body().get("orderId").asString();
        JsonNode rejected = shop.outcome(refused);
        assertThat(rejected.get("state").asString()).isEqualTo("REJECTED");
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.books.stock(1)).isEqualTo((before - 1) + "/1");
        assertThat(shop.books.coupon(1)).isEqualTo("LOCKED " + placed);
        assertThat(shop.books.payment(refused)).isEqualTo("none");

        String tooMany = shop.gateway
                .post("/api/v1/submit", "{\"userId\":1,\"productId\":1,\"amount\":1100000,\"productCount\":1000}")
                .body()
                .get("orderId")
                .asString();
        JsonNode outOfStock = shop.outcome(tooMany);
        assertThat(outOfStock.get("state").asString()).isEqualTo("REJECTED");
        assertThat(outOfStock.at("/rejection/reason").asString()).isEqualTo("OUT_OF_STOCK");
        assertThat(shop.books.stock(1)).isEqualTo((before - 1) + "/1");
    }

    @Test
    void usedCouponUndoesEverything() {
        shop.books.addProduct(product, 5);
        shop.books.addCoupon(coupon, user);
        String first = shop.submit(user, product, 1, coupon);
        assertThat(shop.outcome(first).get("state").asString()).isEqualTo("AWAITING_PAYMENT");

        String second = shop.submit(user, product, 2, coupon);

        JsonNode rejected = shop.outcome(second);
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.books.stock(product)).isEqualTo("4/1");
        assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + first);
        assertThat(shop.books.payment(second)).isEqualTo("none");
        assertThat(shop.books.endOfSaga(second)).isEqualTo("FAILED");
    }

    @Test
    void moreThanThereIsIsOutOfStock() {
        shop.books.addProduct(product, 5);

        JsonNode rejected = shop.outcome(shop.submit(user, product, 6, 0));

        assertThat(rejected.get("state").asString()).isEqualTo("REJECTED");
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("OUT_OF_STOCK");
        assertThat(rejected.at("/rejection/metadata/available").asString()).isEqualTo("5");
        assertThat(shop.books.stock(product)).isEqualTo("5/0");
    }

    @Test
    void createOrderWaitsForTheOutcome() {
        shop.books.addProduct(product, 1);
        String body = "{\"userId\":\"%d\",\"lines\":[{\"productId\":\"%d\",\"quantity\":1}]}".formatted(user, product);

        GatewayClient.Answer created = shop.gateway.post("/api/v1/orders", body);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.body().get("state").asString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(created.headers().get("location"))
                .isEqualTo("/api/v1/orders/" + created.body().get("orderId").asString());

        GatewayClient.Answer refused = shop.gateway.post("/api/v1/orders", body);
        assertThat(refused.code()).as(refused.text()).isEqualTo(400);
        assertThat(refused.reason()).isEqualTo("OUT_OF_STOCK");
    }

    @Test
    void createOrderThatCannotEndInTimeIsAccepted() {
        shop.books.addProduct(product, 1);
        shop.kill(Component.PAY);

        GatewayClient.Answer accepted = shop.gateway.post(
                "/api/v1/orders",
                "{\"userId\":\"%d\",\"lines\":[{\"productId\":\"%d\",\"quantity\":1}]}".formatted(user, product));
        assertThat(accepted.code()).as(accepted.text()).isEqualTo(202);
        String location = Objects.requireNonNull(accepted.headers().get("location"), "location");
        assertThat(shop.gateway.get(location).body().get("state").asString()).isEqualTo("PLACING");

        shop.start(Component.PAY);
        JsonNode order = shop.outcome(accepted.body().get("orderId").asString(), Shop.RECOVERY_LIMIT);
        assertThat(order.get("state").asString()).isEqualTo("AWAITING_PAYMENT");
    }

    @Test
    void fiftyBuyersOfTenPiecesGetTen() {
        shop.books.addProduct(product, 10);

        List<Future<String>> submits;
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            submits = IntStream.range(0, 50)
                    .mapToObj(buyer -> buyers.submit(() -> shop.submit(user + buyer, product, 1, 0)))
                    .toList();
        }
        List<String> orders = submits.stream().map(Future::resultNow).toList();

        List<String> states = orders.stream()
                .map(order ->
                        shop.outcome(order, Shop.RECOVERY_LIMIT).get("state").asString())
                .toList();
        assertThat(states).filteredOn("AWAITING_PAYMENT"::equals).hasSize(10);
        assertThat(states).filteredOn("REJECTED"::equals).hasSize(40);
        assertThat(shop.books.stock(product)).isEqualTo("0/10");
    }
}
