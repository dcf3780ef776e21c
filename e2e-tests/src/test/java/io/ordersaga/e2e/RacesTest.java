package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What happens at the same moment, through the front door, with the real programs and the real database. Whoever wins,
/// the order ends in one of the ways that are allowed, and the books balance. Deaths at a bad moment are in
/// [CrashTest], those about money in [PaymentRacesTest]. A product has a price of 1100 and a coupon is worth 1000.
@Tag("e2e")
class RacesTest {
    private static final String RESERVE = "ordersaga.stock.v1.StockBranches/Reserve";
    private static final String LOCK = "ordersaga.coupon.v1.CouponBranches/Lock";
    private static final String CREATE_PAYMENT = "ordersaga.pay.v1.PayBranches/Create";

    private final Shop shop = Shop.open();
    private final Buyer buyer = new Buyer(shop);
    private final GatewayClient staff = shop.gateway.as(shop.newId(), "staff");
    private final long product = shop.newId();

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void ofManyBuyersOfTheLastPieceOneGetsIt() {
        shop.books.addProduct(product, 1);

        List<GatewayClient.Answer> answers = AtOnce.times(20, () -> new Buyer(shop).create(product, 1, 0));

        List<JsonNode> orders = ordersOf(product);
        assertThat(orders)
                .extracting(order -> order.path("state").asString())
                .containsOnly("AWAITING_PAYMENT", "REJECTED");
        assertThat(orders)
                .filteredOn(order -> order.path("state").asString().equals("AWAITING_PAYMENT"))
                .hasSize(1);
        assertThat(orders)
                .filteredOn(order -> order.path("state").asString().equals("REJECTED"))
                .extracting(order -> order.at("/rejection/reason").asString())
                .containsOnly("OUT_OF_STOCK");
        assertThat(answers).extracting(GatewayClient.Answer::code).isSubsetOf(201, 202, 400);
        assertThat(shop.books.stock(product)).isEqualTo("0/1");
    }

    @Test
    void ofTwoOrdersWithOneCouponOneGetsIt() {
        shop.books.addProduct(product, 10);
        long coupon = shop.newId();
        shop.books.addCoupon(coupon, buyer.user);

        AtOnce.times(2, () -> buyer.create(product, 1, coupon));

        List<JsonNode> orders = ordersOf(product);
        JsonNode placed = only(orders, "AWAITING_PAYMENT");
        JsonNode rejected = only(orders, "REJECTED");
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.books.coupon(coupon))
                .isEqualTo("LOCKED " + placed.path("orderId").asString());
        assertThat(shop.books.stock(product)).isEqualTo("9/1");
        assertThat(shop.books.payment(rejected.path("orderId").asString())).isEqualTo("none");
    }

    @Test
    void theSameRequestFiftyTimesIsOneOrder() {
        shop.books.addProduct(product, 100);
        String key = "fifty-" + product;

        List<GatewayClient.Answer> answers = AtOnce.times(
                50,
                () -> buyer.gateway.send(
                        "POST", "/api/v1/orders", Buyer.basket(product, 1, 0), "Idempotency-Key", key));

        assertThat(answers).extracting(GatewayClient.Answer::code).isSubsetOf(201, 409, 429);
        List<GatewayClient.Answer> first = answers.stream()
                .filter(answer -> answer.code() == 201)
                .filter(answer -> !answer.headers().containsKey("idempotent-replayed"))
                .toList();
        assertThat(first).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.code() == 409).allSatisfy(answer -> {
            assertThat(answer.reason()).isEqualTo("IDEMPOTENCY_IN_PROGRESS");
            assertThat(answer.headers()).containsKey("retry-after");
        });
        GatewayClient.Answer replayed =
                buyer.gateway.send("POST", "/api/v1/orders", Buyer.basket(product, 1, 0), "Idempotency-Key", key);
        assertThat(replayed.code()).isEqualTo(201);
        assertThat(replayed.text()).isEqualTo(first.getFirst().text());
        assertThat(replayed.headers()).containsEntry("idempotent-replayed", "true");
        assertThat(ordersOf(product)).hasSize(1);
        assertThat(shop.books.stock(product)).isEqualTo("99/1");

        GatewayClient.Answer other =
                buyer.gateway.send("POST", "/api/v1/orders", Buyer.basket(product, 2, 0), "Idempotency-Key", key);
        assertThat(other.code()).isEqualTo(422);
        assertThat(other.reason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void aCancellationWhileTheOrderIsBeingPlacedIsNeverHalf() {
        shop.books.addProduct(product, 10);
        CountDownLatch placing = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        shop.proxy(Component.PAY).beforeNext(CREATE_PAYMENT, () -> {
            placing.countDown();
            awaitQuietly(cancelled);
        });
        GatewayClient.Answer accepted = buyer.create(product, 1, 0);
        assertThat(accepted.code()).as(accepted.text()).isEqualTo(202);
        awaitQuietly(placing);
        String orderId = accepted.body().path("orderId").asString();

        GatewayClient.Answer refused = buyer.gateway.post("/api/v1/orders/" + orderId + ":cancel", "{}");
        cancelled.countDown();

        assertThat(refused.code()).as(refused.text()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("ORDER_STATE_CONFLICT");
        assertThat(refused.headers()).containsKey("retry-after");
        buyer.awaitState(orderId, "AWAITING_PAYMENT");
        assertThat(buyer.gateway
                        .post("/api/v1/orders/" + orderId + ":cancel", "{}")
                        .code())
                .isEqualTo(200);
        buyer.awaitState(orderId, "CANCELLED");
        assertThat(shop.books.stock(product)).isEqualTo("10/0");
    }

    @Test
    void aLockThatIsNotFreeIsWaitedForAndNotARefusal() {
        shop.books.addProduct(product, 10);

        GatewayClient.Answer answer = shop.books.whileLocked(product, () -> buyer.create(product, 1, 0));

        assertThat(answer.code()).as(answer.text()).isEqualTo(202);
        buyer.awaitState(answer.body().path("orderId").asString(), "AWAITING_PAYMENT");
        assertThat(shop.books.stock(product)).isEqualTo("9/1");
    }

    @Test
    void aConnectionThatIsCutWithinABranchIsNotARefusal() {
        shop.books.addProduct(product, 10);

        String orderId = shop.books.whileLocked(product, () -> {
            String submitted = shop.submit(buyer.user, product, 1, 0);
            // Its memory of the call and its reservation are written, and not committed.
            await().atMost(Shop.RECOVERY_LIMIT).until(() -> shop.books.cutWaitingForStock());
            return submitted;
        });

        buyer.awaitState(orderId, "AWAITING_PAYMENT");
        assertThat(shop.books.stock(product)).isEqualTo("9/1");
        assertThat(shop.books.reservation(orderId)).isEqualTo("HELD");
    }

    @Test
    void anActionThatComesAfterItsCompensationIsKeptOut() throws Exception {
        Map<Component, String> actions = Map.of(
                Component.STOCK, RESERVE,
                Component.COUPON, LOCK,
                Component.PAY, CREATE_PAYMENT);
        shop.books.addProduct(product, 10);
        long coupon = shop.newId();
        shop.books.addCoupon(coupon, buyer.user);
        for (Map.Entry<Component, String> action : actions.entrySet()) {
            CompletableFuture<Runnable> late = shop.proxy(action.getKey()).delayNext(action.getValue());
            String orderId = shop.submit(buyer.user, product, 1, coupon);
            assertThat(shop.outcome(orderId).path("state").asString()).isEqualTo("REJECTED");
            assertThat(shop.books.endOfSaga(orderId)).isEqualTo("FAILED");

            late.get(Shop.RECOVERY_LIMIT.toSeconds(), TimeUnit.SECONDS).run();

            assertThat(shop.books.stock(product)).as(action.getValue()).isEqualTo("10/0");
            assertThat(shop.books.coupon(coupon)).as(action.getValue()).isEqualTo("UNUSED");
            assertThat(shop.books.payment(orderId)).as(action.getValue()).isEqualTo("none");
        }
    }

    @Test
    void aCouponThatExpiresIsHonouredByTheOrderThatHasIt() {
        shop.books.addProduct(product, 10);
        long paid = shop.newId();
        long cancelled = shop.newId();
        shop.books.addCoupon(paid, buyer.user);
        shop.books.addCoupon(cancelled, buyer.user);
        String first = buyer.order(product, 1, paid);
        String second = buyer.order(product, 1, cancelled);
        shop.books.expireCoupons(buyer.user);

        buyer.pay(buyer.page(first), "success");
        buyer.awaitState(first, "PAID");
        assertThat(buyer.gateway
                        .post("/api/v1/orders/" + second + ":cancel", "{}")
                        .code())
                .isEqualTo(200);

        assertThat(shop.books.coupon(paid)).isEqualTo("USED " + first);
        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(shop.books.coupon(cancelled)).isEqualTo("EXPIRED"));
    }

    @Test
    void aPriceThatChangedSinceTheQuoteIsTold() {
        shop.books.addProduct(product, 10);
        GatewayClient.Answer quote = buyer.gateway.post("/api/v1/orders:quote", Buyer.basket(product, 2, 0));
        assertThat(quote.code()).as(quote.text()).isEqualTo(200);
        assertThat(quote.body().at("/total/amountMinor").asString()).isEqualTo("2200");
        assertThat(staff.send(
                                "PATCH",
                                "/api/v1/products/" + product,
                                "{\"unitPrice\":{\"currencyCode\":\"CNY\",\"amountMinor\":\"1200\"}}")
                        .code())
                .isEqualTo(200);

        // Whichever of the two knows it first: order-service remembers a price for moments, stock-service decides.
        GatewayClient.Answer refused = buyer.gateway.post("/api/v1/orders", """
                {"lines":[{"productId":"%d","quantity":2}],
                 "expectedTotal":{"currencyCode":"CNY","amountMinor":"2200"}}
                """.formatted(product));

        assertThat(refused.code()).as(refused.text()).isEqualTo(400);
        assertThat(refused.reason()).isEqualTo("PRICE_CHANGED");
        assertThat(refused.text()).contains("1200").containsAnyOf("2200", "1100");
        assertThat(shop.books.stock(product)).isEqualTo("10/0");
    }

    /// All orders of a product, when none of them is being placed any more.
    private List<JsonNode> ordersOf(long ordered) {
        List<String> ids = shop.books.ordersOf(ordered);
        return ids.stream().map(shop::outcome).toList();
    }

    private static JsonNode only(List<JsonNode> orders, String state) {
        List<JsonNode> found = orders.stream()
                .filter(order -> Objects.equals(order.path("state").asString(), state))
                .toList();
        assertThat(found).as(state).hasSize(1);
        return found.getFirst();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(Shop.RECOVERY_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
