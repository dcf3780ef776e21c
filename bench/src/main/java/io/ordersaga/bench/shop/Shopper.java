package io.ordersaga.bench.shop;

import io.ordersaga.bench.shop.Assortment.Line;
import io.ordersaga.bench.shop.Gateway.Call;
import io.ordersaga.bench.shop.Gateway.Who;
import io.ordersaga.bench.shop.Journal.Told;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// One customer: fills baskets, uses coupons, pays well or badly, changes their mind, sends things back. What they do
/// is made of the seed; what comes of it is not. Used by one thread.
final class Shopper {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long POLL_NANOS = 500_000_000;
    private static final long PAUSE_NANOS = 400_000_000;

    private final Gateway gateway;
    private final Assortment assortment;
    private final Till till;
    private final Journal journal;
    private final Random random;
    private final Who me;
    private int count;

    Shopper(Gateway gateway, Assortment assortment, Till till, Journal journal, String name, long seed) {
        this.gateway = gateway;
        this.assortment = assortment;
        this.till = till;
        this.journal = journal;
        this.me = Who.customer(name);
        this.random = new Random(seed);
    }

    /// Shops until it is over.
    void shop(BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            buy();
            LockSupport.parkNanos((long) (PAUSE_NANOS * (0.5 + random.nextDouble())));
        }
    }

    private void buy() {
        List<Line> basket = assortment.basket(random);
        String lines = basket.stream().map(Line::json).collect(Collectors.joining(","));
        String coupon = assortment.coupons() && random.nextDouble() < 0.3 ? claim() : "";
        if (random.nextDouble() < 0.3) {
            quote(lines, coupon);
        }
        Answer created = create(lines, coupon);
        String order = created.field("orderId");
        if (!created.ok() || order.isEmpty()) {
            journal.did("refused " + created.reason());
            return;
        }
        journal.acknowledged(order, me.user());
        switch (settled(order)) {
            case "AWAITING_PAYMENT" -> decide(order);
            case "PAID" -> {
                journal.told(order, Told.PAID);
                journal.did("nothing to pay");
            }
            case "REJECTED" -> {
                journal.told(order, Told.REJECTED);
                journal.did("rejected");
            }
            case String state -> journal.did("left " + state);
        }
    }

    private String claim() {
        Answer claimed = gateway.ask(Call.post(
                me, "/api/v1/couponTemplates/" + assortment.anyTemplate(random) + ":claim", "{}", key("claim")));
        journal.did(claimed.ok() ? "claimed" : "refused " + claimed.reason());
        return claimed.field("couponId");
    }

    private void quote(String lines, String coupon) {
        Answer quote = gateway.ask(Call.post(me, "/api/v1/orders:quote", """
                {"lines":[%s],"couponId":"%s"}
                """.formatted(lines, coupon), ""));
        journal.did(quote.ok() ? "quoted" : "refused " + quote.reason());
    }

    private Answer create(String lines, String coupon) {
        String body = """
                {"lines":[%s],"couponId":"%s","note":"order %d of %s",
                "address":{"recipient":"%s","countryCode":"CN","city":"Hangzhou","street":"1 Road"}}
                """.formatted(lines, coupon, ++count, me.user(), me.user());
        Call call = Call.post(me, "/api/v1/orders", body, key("order"));
        Answer first = gateway.ask(call);
        if (first.ok() && random.nextDouble() < 0.1) {
            Answer again = gateway.ask(call);
            journal.did("ordered twice with one key");
            if (again.ok() && !again.field("orderId").equals(first.field("orderId"))) {
                journal.complain(
                        "one Idempotency-Key is one order", first.field("orderId") + " and " + again.field("orderId"));
            }
        }
        return first;
    }

    private void decide(String order) {
        double what = random.nextDouble();
        if (what < 0.12) {
            journal.did("abandoned");
        } else if (what < 0.27) {
            cancel(order);
        } else if (what < 0.37) {
            cancelWhilePaying(order);
        } else {
            payAndGoOn(order);
        }
    }

    private void cancel(String order) {
        Answer answer = gateway.ask(Call.post(
                me, "/api/v1/orders/" + order + ":cancel", "{\"comment\":\"changed my mind\"}", key("cancel")));
        journal.did(answer.ok() ? "cancelling" : "refused " + answer.reason());
        if (answer.ok()) {
            learn(order, settled(order));
        }
    }

    /// Both at the same instant; exactly one of them may win.
    private void cancelWhilePaying(String order) {
        Thread paying = Thread.ofVirtual().start(() -> till.pay(me, order, Till.Manner.SUCCESS, "ok", key("pay")));
        cancel(order);
        join(paying);
        journal.did("paid and cancelled at once");
        learn(order, settled(order));
    }

    private void payAndGoOn(String order) {
        Till.Manner manner = Till.Manner.any(random);
        String refund = random.nextDouble() < 0.8 ? "ok" : random.nextBoolean() ? "delay" : "decline";
        boolean taken = till.pay(me, order, manner, refund, key("pay"));
        journal.did("pays " + manner);
        if (!manner.pays() && random.nextBoolean()) {
            manner = Till.Manner.SUCCESS;
            taken = till.pay(me, order, manner, refund, key("pay"));
            journal.did("pays again");
        }
        if (!taken || !manner.pays()) {
            return;
        }
        String state = awaited(order, "PAID");
        learn(order, state);
        if (!state.equals("PAID")) {
            journal.did("paid and " + state);
            return;
        }
        double what = random.nextDouble();
        if (what < 0.25) {
            refund(order, "{\"reason\":\"too much\",\"restock\":true}");
        } else if (what < 0.35) {
            refund(order, "{\"amount\":" + Assortment.money(100) + ",\"reason\":\"scratched\"}");
        } else if (what < 0.45) {
            refundTwiceAtOnce(order);
        } else if (what < 0.8) {
            receive(order);
        }
    }

    private void receive(String order) {
        Answer shipped = gateway.ask(Call.post(
                Who.STAFF,
                "/api/v1/orders/" + order + ":ship",
                "{\"tracking\":{\"carrier\":\"SF\",\"number\":\"" + order + "\"}}",
                key("ship")));
        journal.did(shipped.ok() ? "shipped" : "refused " + shipped.reason());
        if (shipped.ok() && random.nextBoolean()) {
            Answer received =
                    gateway.ask(Call.post(me, "/api/v1/orders/" + order + ":confirmReceipt", "{}", key("receive")));
            journal.did(received.ok() ? "received" : "refused " + received.reason());
        }
        if (shipped.ok() && random.nextDouble() < 0.2) {
            refund(order, "{\"reason\":\"broken\",\"restock\":false}");
        }
    }

    private void refund(String order, String body) {
        Answer answer = gateway.ask(Call.post(me, "/api/v1/orders/" + order + "/refunds", body, key("refund")));
        journal.did(answer.ok() ? "refunding" : "refused " + answer.reason());
    }

    private void refundTwiceAtOnce(String order) {
        Thread other = Thread.ofVirtual().start(() -> refund(order, "{\"reason\":\"first\",\"restock\":true}"));
        refund(order, "{\"reason\":\"second\",\"restock\":true}");
        join(other);
        journal.did("refunded twice at once");
    }

    private void learn(String order, String state) {
        switch (state) {
            case "PAID", "SHIPPED", "COMPLETED", "REFUNDING" -> journal.told(order, Told.PAID);
            case "CANCELLED" -> journal.told(order, Told.CANCELLED);
            case "REJECTED" -> journal.told(order, Told.REJECTED);
            case "REFUNDED" -> journal.told(order, Told.REFUNDED);
            // It can still become anything.
            case String other -> journal.did("left " + other);
        }
    }

    /// The state when nothing is under way any more, or after the shopper lost patience.
    private String settled(String order) {
        return wait(order, state -> Timeline.AT_REST.contains(state));
    }

    /// The same, or until the order has come to `wanted` or can no longer come there.
    private String awaited(String order, String wanted) {
        return wait(
                order,
                state -> !state.equals("AWAITING_PAYMENT")
                        && (state.equals(wanted) || Timeline.AT_REST.contains(state)));
    }

    private String wait(String order, java.util.function.Predicate<String> enough) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String state = "";
        while (System.nanoTime() < end) {
            Answer answer = gateway.ask(Call.get(me, "/api/v1/orders/" + order + "?wait=2s"));
            if (answer.code() == 404) {
                journal.complain("an acknowledged order can be seen by its buyer", order);
                return "MISSING";
            }
            state = answer.field("state");
            if (enough.test(state)) {
                return state;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        journal.did("lost patience");
        return state;
    }

    private synchronized String key(String what) {
        return what + "-" + me.user() + "-" + ++count;
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
