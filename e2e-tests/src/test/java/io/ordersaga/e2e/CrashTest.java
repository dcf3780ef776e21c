package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.stack.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Processes die by SIGKILL in the middle of orders. Whatever dies, every order ends, once, and the books of all
/// schemas balance.
///
/// A program takes seconds to start, so one death serves several orders: each is brought to another moment and held
/// there, and when all are held the program dies.
@Tag("e2e")
class CrashTest {
    private static final String BEGIN = "ordersaga.order.v1.OrderBranches/Begin";
    private static final String CONFIRM = "ordersaga.order.v1.OrderBranches/Confirm";
    private static final String REJECT = "ordersaga.order.v1.OrderBranches/Reject";
    private static final String RESERVE = "ordersaga.stock.v1.StockBranches/Reserve";
    private static final String RELEASE = "ordersaga.stock.v1.StockBranches/Release";
    private static final String LOCK = "ordersaga.coupon.v1.CouponBranches/Lock";
    private static final String CREATE = "ordersaga.pay.v1.PayBranches/Create";

    private final Shop shop = Shop.open();

    /// Opened when the programs are dead: what was held goes on.
    private final CountDownLatch dead = new CountDownLatch(1);

    @AfterEach
    void booksBalance() {
        shop.books.balance();
    }

    @Test
    void orderServiceDiesBetweenCommitAndAnswer() {
        Purchase confirmed = new Purchase().heldAfter(Component.ORDER, CONFIRM);
        Purchase refused = new Purchase().again().heldAfter(Component.ORDER, REJECT);
        Purchase begun = new Purchase().heldAfter(Component.ORDER, BEGIN);

        restart(Component.ORDER);

        confirmed.assertPlaced();
        refused.assertRefused();
        begun.assertPlaced();
    }

    @Test
    void stockCouponAndPayDieBetweenCommitAndAnswer() {
        // Its product is known from before, so it can be priced while nobody tells the price.
        Purchase waiting = new Purchase().again();
        Purchase paid = new Purchase().heldAfter(Component.PAY, CREATE);
        Purchase locked = new Purchase().heldAfter(Component.COUPON, LOCK);
        Purchase released = new Purchase().again().heldAfter(Component.STOCK, RELEASE);
        Purchase reserved = new Purchase().heldAfter(Component.STOCK, RESERVE);
        shop.kill(Component.STOCK);
        // One that finds nobody there, and waits.
        waiting.submit();
        assertThat(waiting.order().get("state").asString()).isEqualTo("PLACING");
        kill(Component.COUPON, Component.PAY);

        start(Component.STOCK, Component.COUPON, Component.PAY);

        Stream.of(paid, locked, reserved).forEach(Purchase::assertPlaced);
        released.assertRefused();
        waiting.assertRefused();
    }

    @Test
    void coordinatorDiesBetweenBranches() {
        Purchase stocked = new Purchase().heldBefore(Component.STOCK, RESERVE);
        Purchase locked = new Purchase().heldBefore(Component.PAY, CREATE);
        Purchase refused = new Purchase().again().heldBefore(Component.STOCK, RELEASE);

        restart(Component.COORDINATOR);

        stocked.assertPlaced();
        locked.assertPlaced();
        refused.assertRefused();
    }

    private void restart(Component component) {
        kill(component);
        start(component);
    }

    private void kill(Component... components) {
        for (Component component : components) {
            shop.kill(component);
        }
        dead.countDown();
    }

    private void start(Component... components) {
        List<Thread> starts = new ArrayList<>();
        for (Component component : components) {
            starts.add(Thread.ofVirtual().start(() -> shop.start(component)));
        }
        for (Thread start : starts) {
            try {
                start.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// One buyer of one product of which there are five, with one coupon.
    private final class Purchase {
        private final long product = shop.newId();
        private final long user = shop.newId();
        private final long coupon = shop.newId();
        private String first = "";
        private String orderId = "";

        Purchase() {
            shop.books.addProduct(product, 5);
            shop.books.addCoupon(coupon, user);
        }

        /// Buys once and will buy again, which is refused at the coupon: what was done before that is undone.
        Purchase again() {
            submit();
            assertPlaced();
            first = orderId;
            return this;
        }

        /// Buys, and returns when the service has committed this step; its answer is lost.
        Purchase heldAfter(Component service, String method) {
            CountDownLatch held = new CountDownLatch(1);
            shop.proxy(service).insteadOfNextAnswer(method, () -> hold(held));
            submit();
            awaitHeld(held, method);
            return this;
        }

        /// Buys, and returns when this step is about to be called.
        Purchase heldBefore(Component service, String method) {
            CountDownLatch held = new CountDownLatch(1);
            shop.proxy(service).beforeNext(method, () -> hold(held));
            submit();
            awaitHeld(held, method);
            return this;
        }

        void submit() {
            orderId = shop.submit(user, product, 1, coupon);
        }

        JsonNode order() {
            return shop.order(orderId);
        }

        void assertPlaced() {
            JsonNode order = shop.outcome(orderId, Shop.RECOVERY_LIMIT);
            assertThat(order.get("state").asString()).as(order.toString()).isEqualTo("AWAITING_PAYMENT");
            assertThat(shop.books.stock(product)).isEqualTo("4/1");
            assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + orderId);
            assertThat(shop.books.payment(orderId)).isEqualTo("PENDING 100");
        }

        void assertRefused() {
            JsonNode rejected = shop.outcome(orderId, Shop.RECOVERY_LIMIT);
            assertThat(rejected.at("/rejection/reason").asString()).isEqualTo("COUPON_ALREADY_USED");
            assertThat(shop.books.stock(product)).isEqualTo("4/1");
            assertThat(shop.books.coupon(coupon)).isEqualTo("LOCKED " + first);
        }

        private void hold(CountDownLatch held) {
            held.countDown();
            try {
                if (!dead.await(Shop.RECOVERY_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nothing died");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void awaitHeld(CountDownLatch held, String method) {
            await(method).atMost(Shop.RECOVERY_LIMIT).until(() -> held.getCount() == 0);
        }
    }
}
