package io.ordersaga.bench.shop;

import io.ordersaga.bench.shop.Gateway.Call;
import io.ordersaga.bench.shop.Gateway.Who;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Where shoppers pay: the mock provider's page, which does what the form says. Thread-safe.
final class Till {
    /// Seconds, of what the provider decides or tells later.
    private static final int DELAY = 3;

    private final Gateway gateway;
    private final Journal journal;

    /// How somebody pays, and what the provider makes of it: the `script` of its form.
    enum Manner {
        SUCCESS,
        DECLINE,
        DELAY,
        DUPLICATE,
        OUT_OF_ORDER,
        WRONG_AMOUNT,
        LATE,
        LOST,
        OUTAGE;

        /// Half of them simply pay.
        static Manner any(RandomGenerator random) {
            return random.nextBoolean() ? SUCCESS : values()[random.nextInt(values().length)];
        }

        /// Whether the money comes, if the shop still wants it.
        boolean pays() {
            return this != DECLINE;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Till(Gateway gateway, Journal journal) {
        this.gateway = gateway;
        this.journal = journal;
    }

    /// Pays at the provider as a customer does there.
    ///
    /// @param refund what the provider will make of refunds: `ok`, `decline`, `delay`
    /// @param key `Idempotency-Key`
    /// @return whether the provider took the form
    boolean pay(Who who, String order, Manner manner, String refund, String key) {
        Answer payment = gateway.ask(Call.get(who, "/api/v1/orders/" + order + "/payment"));
        String id = payment.field("paymentId");
        if (id.isEmpty()) {
            journal.did("refused " + payment.reason());
            return false;
        }
        Answer started = gateway.ask(Call.post(who, "/api/v1/payments/" + id + ":pay", "{}", key));
        String page = started.field("redirectUrl");
        if (page.isEmpty()) {
            journal.did("refused " + started.reason());
            return false;
        }
        String form = "script=%s&refund=%s&seconds=%d".formatted(manner.word(), refund, DELAY);
        return gateway.submit(page, form).ok();
    }
}
