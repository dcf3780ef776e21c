package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Processes die by SIGKILL in the middle of an order. Whatever dies, the order ends, once, and the books of all
/// schemas
/// balance.
@Tag("e2e")
class CrashTest {
    private final Shop shop = Shop.open();
    private final long product = shop.newId();
    private final long user = shop.newId();
    private final long coupon = shop.newId();

    CrashTest() {
        shop.books.addProduct(product, 5);
        shop.books.addCoupon(coupon, user);
    }

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void orderWaitsForStockThatIsDownAndCompletesWhenItIsBack() {
        shop.kill(Component.STOCK);
        String orderId = shop.submit(user, product, 1, coupon);
        assertThat(shop.order(orderId).get("state").asString()).isEqualTo("PLACING");

        shop.start(Component.STOCK);

        assertPlaced(orderId);
    }

    @ParameterizedTest(name = "{0} dies between commit and answer of {1}")
    @CsvSource({
        "ORDER,  ordersaga.order.v1.OrderBranches/Begin",
        "STOCK,  ordersaga.stock.v1.StockBranches/Reserve",
        "COUPON, ordersaga.coupon.v1.CouponBranches/Lock",
        "PAY,    ordersaga.pay.v1.PayBranches/Create",
        "ORDER,  ordersaga.order.v1.OrderBranches/Confirm",
    })
    void serviceDiesBetweenCommitAndAnswer(Component service, String method) {
        shop.proxy(service).insteadOfNextAnswer(method, () -> shop.kill(service));
        String orderId = shop.submit(user, product, 1, coupon);
        assertDead(service);

        shop.start(service);

        assertPlaced(orderId);
    }

    @ParameterizedTest(name = "{0} dies between commit and answer of {1}")
    @CsvSource({
        "STOCK,  ordersaga.stock.v1.StockBranches/Release",
        "ORDER,  ordersaga.order.v1.OrderBranches/Reject",
    })
    void serviceDiesBetweenCommitAndAnswerOfACompensation(Component service, String method) {
        String first = shop.submit(user, product, 1, coupon);
        assertPlaced(first);
        shop.proxy(service).insteadOfNextAnswer(method, () -> shop.kill(service));

        // The coupon is used: step 3 refuses, so steps 3, 2 and 1 are compensated.
        String second = shop.submit(user, product, 1, coupon);
        assertDead(service);
        shop.start(service);

        JsonNode rejected = shop.outcome(second, Shop.RECOVERY_LIMIT);
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.books.stock(product)).isEqualTo("4/1");
        assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + first);
    }

    @ParameterizedTest(name = "the coordinator dies before {1}")
    @CsvSource({
        "STOCK,  ordersaga.stock.v1.StockBranches/Reserve",
        "PAY,    ordersaga.pay.v1.PayBranches/Create",
    })
    void coordinatorDiesBetweenBranches(Component next, String method) {
        shop.proxy(next).beforeNext(method, () -> shop.kill(Component.COORDINATOR));
        String orderId = shop.submit(user, product, 1, coupon);
        assertDead(Component.COORDINATOR);

        shop.start(Component.COORDINATOR);

        assertPlaced(orderId);
    }

    @Test
    void coordinatorDiesInTheMiddleOfARollBack() {
        String first = shop.submit(user, product, 1, coupon);
        assertPlaced(first);
        shop.proxy(Component.STOCK)
                .beforeNext("ordersaga.stock.v1.StockBranches/Release", () -> shop.kill(Component.COORDINATOR));

        String second = shop.submit(user, product, 1, coupon);
        assertDead(Component.COORDINATOR);
        shop.start(Component.COORDINATOR);

        JsonNode rejected = shop.outcome(second, Shop.RECOVERY_LIMIT);
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.books.stock(product)).isEqualTo("4/1");
    }

    private void assertPlaced(String orderId) {
        JsonNode order = shop.outcome(orderId, Shop.RECOVERY_LIMIT);
        assertThat(order.get("state").asString()).as(order.toString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(shop.books.stock(product)).isEqualTo("4/1");
        assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + orderId);
        assertThat(shop.books.payment(orderId)).isEqualTo("PENDING 100");
    }

    private void assertDead(Component component) {
        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(shop.running(component))
                        .as("the armed crash of " + component)
                        .isFalse());
    }
}
