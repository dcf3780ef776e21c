package io.ordersaga.bench.shop;

import io.ordersaga.bench.shop.Gateway.Call;
import io.ordersaga.bench.shop.Gateway.Who;
import io.ordersaga.stack.process.StartFailure;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// What is sold: products of which the most wanted runs out, and coupons of which there are fewer than shoppers.
final class Assortment {
    private static final int PRODUCTS = 40;
    private static final int TEMPLATES = 4;
    private static final long PRICE_MINOR = 1_100;
    private static final int LINES_MAX = 3;

    private final String run;
    private final boolean coupons;
    private final Zipf popularity = new Zipf(PRODUCTS);

    /// @param run part of all ids, so that runs on one stack do not meet
    /// @param coupons whether there are any
    Assortment(String run, boolean coupons) {
        this.run = run;
        this.coupons = coupons;
    }

    /// A line of an order.
    record Line(String product, int quantity) {
        String json() {
            return "{\"productId\":\"%s\",\"quantity\":%d}".formatted(product, quantity);
        }
    }

    /// Puts everything on sale.
    ///
    /// @param shoppers how many are going to come
    void offer(Gateway gateway, int shoppers) {
        IntStream.range(0, PRODUCTS).parallel().forEach(rank -> {
            String product = product(rank);
            done(gateway.ask(Call.post(
                    Who.STAFF,
                    "/api/v1/products",
                    """
                    {"productId":"%s","title":"Product %d","unitPrice":%s}
                    """.formatted(product, rank, money(price(rank))),
                    key("product", rank))));
            int pieces = rank < 3 ? shoppers / 4 + 5 : shoppers * 20;
            done(gateway.ask(Call.post(
                    Who.STAFF,
                    "/api/v1/products/" + product + ":adjustStock",
                    """
                    {"delta":"%d","reason":"RECEIPT","note":"opening"}
                    """.formatted(pieces),
                    key("receipt", rank))));
        });
        for (int number = 0; coupons && number < TEMPLATES; number++) {
            boolean percent = number % 2 == 1;
            String template = template(number);
            done(gateway.ask(Call.post(
                    Who.STAFF,
                    "/api/v1/couponTemplates",
                    """
                    {"couponTemplateId":"%s","name":"Template %d","rule":{"kind":"%s",%s,"minSpend":%s,"scope":"ALL"},
                    "validUntil":"2040-01-01T00:00:00Z","totalQuota":"%d","perUserLimit":3}
                    """.formatted(
                                    template,
                                    number,
                                    percent ? "PERCENT_OFF" : "AMOUNT_OFF",
                                    percent
                                            ? "\"percentOffBps\":1500,\"maxDiscount\":" + money(2_000)
                                            : "\"amountOff\":" + money(number == 0 ? PRICE_MINOR : 333),
                                    money(0),
                                    shoppers / 3 + 1),
                    key("template", number))));
            done(gateway.ask(Call.post(
                    Who.STAFF, "/api/v1/couponTemplates/" + template + ":activate", "{}", key("activate", number))));
        }
    }

    /// One to three products, each once.
    List<Line> basket(RandomGenerator random) {
        return IntStream.range(0, 1 + random.nextInt(LINES_MAX))
                .map(_ -> popularity.next(random))
                .distinct()
                .mapToObj(rank -> new Line(product(rank), 1 + random.nextInt(2)))
                .toList();
    }

    boolean coupons() {
        return coupons;
    }

    String anyTemplate(RandomGenerator random) {
        return template(random.nextInt(TEMPLATES));
    }

    static String money(long minor) {
        return "{\"currencyCode\":\"CNY\",\"amountMinor\":\"%d\"}".formatted(minor);
    }

    private static long price(int rank) {
        return PRICE_MINOR + 37L * rank;
    }

    private String product(int rank) {
        return "shop-" + run + "-" + rank;
    }

    private String template(int number) {
        return "shop-" + run + "-t" + number;
    }

    private String key(String what, int number) {
        return what + "-" + run + "-" + number;
    }

    private static void done(Answer answer) {
        if (!answer.ok()) {
            throw new StartFailure("The shop could not be opened: " + answer.code() + " " + answer.text());
        }
    }
}
