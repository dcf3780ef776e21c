package io.ordersaga.pay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What someone has to look at: an error in the log and `ordersaga_pay_alerts_total{kind}`. Thread-safe.
final class Alerts {
    enum Kind {
        /// Money came after its payment was closed; it is given back by itself.
        LATE_PAYMENT,
        /// A provider speaks of another amount or currency than we asked for; nothing was done.
        WRONG_AMOUNT,
        /// Money that has to go back does not: the provider refused.
        REFUND_FAILED,
        /// A provider speaks of a refund as failed that it said had succeeded.
        REFUND_REVERSED,
        /// The saga that follows a payment ended without success.
        PAID_SAGA_FAILED
    }

    private static final Logger log = LoggerFactory.getLogger(Alerts.class);

    private final Map<Kind, Counter> counters = new EnumMap<>(Kind.class);

    Alerts(MeterRegistry registry) {
        for (Kind kind : Kind.values()) {
            counters.put(
                    kind,
                    Counter.builder("ordersaga.pay.alerts")
                            .description("What someone has to look at")
                            .tag("kind", kind.name())
                            .register(registry));
        }
    }

    void raise(Kind kind, String message) {
        Counter counter = counters.get(kind);
        if (counter != null) {
            counter.increment();
        }
        log.error("{}: {}", kind, message);
    }

    double count(Kind kind) {
        Counter counter = counters.get(kind);
        return counter == null ? 0 : counter.count();
    }
}
