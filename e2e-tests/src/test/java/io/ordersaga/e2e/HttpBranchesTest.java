package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// The order system with its branches over HTTP: what becomes of an order is what becomes of it over gRPC. The
/// running system changes over, in the middle of an order.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HttpBranchesTest {
    private static final String CREATE = "ordersaga.pay.v1.PayBranches/Create";
    private static final String CONFIRM = "ordersaga.order.v1.OrderBranches/Confirm";
    private static final int LAST = Integer.MAX_VALUE;

    /// Also of two programs that are started again.
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static String begunOverGrpc = "";
    private static long productOfIt;

    private final Shop shop = Shop.openOver(Transport.HTTP);
    private final Buyer buyer = new Buyer(shop);
    private final long product = shop.newId();
    private final long coupon = shop.newId();

    @BeforeAll
    static void changeOverInTheMiddleOfAnOrder() {
        Shop shop = Shop.open();
        productOfIt = shop.newId();
        shop.books.addProduct(productOfIt, 5);
        // The first orders of a system that has just started may take longer than a request waits.
        long spare = shop.newId();
        shop.books.addProduct(spare, 100);
        await().atMost(LIMIT).until(() -> new Buyer(shop).create(spare, 1, 0).code() == 201);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        shop.proxy(Component.PAY).beforeNext(CREATE, () -> {
            held.countDown();
            awaitQuietly(changed);
        });
        begunOverGrpc = shop.submit(shop.newId(), productOfIt, 1, 0);
        awaitQuietly(held);
        Shop.openOver(Transport.HTTP);
        changed.countDown();
    }

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void whatBeganOverGrpcEndsSo() {
        JsonNode order = shop.outcome(begunOverGrpc, Shop.RECOVERY_LIMIT);

        assertThat(order.path("state").asString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(shop.books.stock(productOfIt)).isEqualTo("4/1");
        assertThat(shop.httpProxy(Component.PAY).callsOf("place-" + begunOverGrpc))
                .isEmpty();
    }

    @Test
    void anOrderIsPlacedPaidAndRefunded() {
        shop.books.addProduct(product, 5);
        shop.books.addCoupon(coupon, buyer.user);
        String orderId = buyer.order(product, 2, coupon);
        assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + orderId);
        assertThat(shop.httpProxy(Component.ORDER).callsOf("place-" + orderId)).containsOnly("Begin", "Confirm");
        assertThat(shop.httpProxy(Component.STOCK).callsOf("place-" + orderId)).containsOnly("Reserve");
        assertThat(shop.httpProxy(Component.COUPON).callsOf("place-" + orderId)).containsOnly("Lock");
        assertThat(shop.httpProxy(Component.PAY).callsOf("place-" + orderId)).containsOnly("Create");

        buyer.pay(buyer.page(orderId), "success");
        buyer.awaitState(orderId, "PAID");
        String paid = "paid-" + buyer.payment(orderId).path("paymentId").asString();
        assertThat(shop.httpProxy(Component.STOCK).callsOf(paid)).contains("Commit");
        assertThat(shop.httpProxy(Component.ORDER).callsOf(paid)).contains("MarkPaid");

        GatewayClient staff = shop.gateway.as(shop.newId(), "staff");
        GatewayClient.Answer refunded =
                staff.post("/api/v1/orders/" + orderId + "/refunds", "{\"reason\":\"broken\",\"restock\":true}");
        assertThat(refunded.code()).as(refunded.text()).isIn(201, 202);
        buyer.awaitState(orderId, "REFUNDED");
        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(shop.books.stock(product)).isEqualTo("5/0"));
        assertThat(buyer.payment(orderId).path("state").asString()).isEqualTo("REFUNDED");
    }

    @Test
    void aCancellationGivesEverythingBack() {
        shop.books.addProduct(product, 5);
        shop.books.addCoupon(coupon, buyer.user);
        String orderId = buyer.order(product, 1, coupon);

        GatewayClient.Answer cancelled = buyer.gateway.post("/api/v1/orders/" + orderId + ":cancel", "{}");

        assertThat(cancelled.code()).as(cancelled.text()).isIn(200, 202);
        buyer.awaitState(orderId, "CANCELLED");
        assertThat(shop.books.stock(product)).isEqualTo("5/0");
        assertThat(shop.books.coupon(coupon)).isEqualTo("UNUSED");
        assertThat(shop.httpProxy(Component.PAY).callsOf("cancel-" + orderId + "-1"))
                .contains("Close");
    }

    @Test
    void aRefusalReachesTheCallerWithItsTypedReason() {
        shop.books.addProduct(product, 5);
        shop.books.addCoupon(coupon, buyer.user);
        String placed = buyer.order(product, 1, coupon);

        GatewayClient.Answer outOfStock = buyer.create(product, 5, 0);
        String used = shop.submit(buyer.user, product, 1, coupon);

        // Whoever waits hears it from the coordinator, unless it takes longer than a request waits.
        assertThat(outOfStock.code()).as(outOfStock.text()).isIn(202, 400);
        if (outOfStock.code() == 400) {
            assertThat(outOfStock.reason()).isEqualTo("OUT_OF_STOCK");
            assertThat(outOfStock.text()).contains("\"available\"");
        }
        // The order has it from its compensation.
        JsonNode rejected = shop.outcome(used);
        assertThat(rejected.path("state").asString()).isEqualTo("REJECTED");
        assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
        assertThat(shop.httpProxy(Component.STOCK).callsOf("place-" + used)).containsOnly("Reserve", "Release");
        assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + placed);
        await().atMost(Shop.RECOVERY_LIMIT)
                .untilAsserted(() -> assertThat(shop.books.stock(product)).isEqualTo("4/1"));
    }

    /// The programs that die are those that change back, so this comes last: what began over HTTP ends so.
    @Test
    @Order(LAST)
    void servicesDieBetweenCommitAndAnswer() {
        shop.books.addProduct(product, 5);
        CountDownLatch dead = new CountDownLatch(1);
        String created = heldAfter(Component.PAY, CREATE, dead);
        String confirmed = heldAfter(Component.ORDER, CONFIRM, dead);

        Shop.open();
        dead.countDown();

        for (String orderId : List.of(created, confirmed)) {
            JsonNode order = shop.outcome(orderId, Shop.RECOVERY_LIMIT);
            assertThat(order.path("state").asString()).isEqualTo("AWAITING_PAYMENT");
            assertThat(shop.books.endOfSaga(orderId)).isEqualTo("SUCCEEDED");
        }
        assertThat(shop.books.stock(product)).isEqualTo("3/2");
        assertThat(shop.httpProxy(Component.PAY).callsOf("place-" + created))
                .hasSizeGreaterThan(1)
                .containsOnly("Create");
    }

    /// Buys, and returns when the service has committed this step; its answer is lost.
    private String heldAfter(Component service, String method, CountDownLatch dead) {
        CountDownLatch held = new CountDownLatch(1);
        shop.httpProxy(service).insteadOfNextAnswer(method, () -> {
            held.countDown();
            awaitQuietly(dead);
        });
        String orderId = shop.submit(buyer.user, product, 1, 0);
        awaitQuietly(held);
        return orderId;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("did not happen in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
