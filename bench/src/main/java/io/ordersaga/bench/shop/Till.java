package io.ordersaga.bench.shop;

import io.ordersaga.bench.shop.Gateway.Call;
import io.ordersaga.bench.shop.Gateway.Who;
import java.util.random.RandomGenerator;

/// Where shoppers pay: the mock provider's page. Thread-safe.
final class Till {
    private final Gateway gateway;
    private final Journal journal;

    /// How somebody pays, and what the provider makes of it.
    enum Manner {
        WELL(true),
        DECLINED(false),
        DECLINED_THEN_WELL(true),
        DELAYED(true),
        DUPLICATE_NOTICE(true),
        NOTICES_OUT_OF_ORDER(true),
        WRONG_AMOUNT(false),
        LOST_NOTICE(true);

        private final boolean pays;

        Manner(boolean pays) {
            this.pays = pays;
        }

        /// Whether the money reaches the shop.
        boolean pays() {
            return pays;
        }

        /// Half of them well.
        static Manner any(RandomGenerator random) {
            return random.nextBoolean() ? WELL : values()[random.nextInt(values().length)];
        }
    }

    Till(Gateway gateway, Journal journal) {
        this.gateway = gateway;
        this.journal = journal;
    }

    void pay(Who who, String order, Manner manner, String key) {
        Answer payment = gateway.ask(Call.get(who, "/api/v1/orders/" + order + "/payment"));
        String id = payment.field("paymentId");
        if (id.isEmpty()) {
            journal.did("refused " + payment.reason());
            return;
        }
        Answer started = gateway.ask(Call.post(who, "/api/v1/payments/" + id + ":pay", "{}", key));
        if (!started.ok()) {
            journal.did("refused " + started.reason());
        }
    }
}
