package io.ordersaga.coordinator.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What the store counts. Labels are closed sets.
final class StoreMetrics {

    private final MeterRegistry registry;
    private final Timer transactions;
    private final DistributionSummary batchRows;
    private final Counter inserted;
    private final Counter updated;
    private final Counter journaled;
    private final Counter dropped;
    private final Counter overloaded;
    private final Counter lost;
    private final Counter refused;
    private final Counter direct;
    private final Map<SqlTrouble, Counter> failures = new EnumMap<>(SqlTrouble.class);

    StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.transactions = Timer.builder("ordersaga.store.transactions")
                .description("transactions that were committed by the writer")
                .publishPercentileHistogram()
                .register(registry);
        this.batchRows = DistributionSummary.builder("ordersaga.store.batch.rows")
                .description("rows of one transaction")
                .register(registry);
        this.inserted = rows("insert");
        this.updated = rows("update");
        this.journaled = rows("journal");
        this.dropped = counter("ordersaga.store.journal.dropped", "attempts that were not kept");
        this.overloaded = counter("ordersaga.store.overloaded", "writes that were refused because too many waited");
        this.lost = counter("ordersaga.store.lost", "later writes that found their lease lost");
        this.refused = counter("ordersaga.store.refused", "rows that the database will not have");
        this.direct = counter("ordersaga.store.direct", "writes that went past the queue");
        for (SqlTrouble trouble : SqlTrouble.values()) {
            failures.put(
                    trouble,
                    registry.counter(
                            "ordersaga.store.failures", "kind", trouble.name().toLowerCase(Locale.ROOT)));
        }
    }

    private Counter rows(String kind) {
        return registry.counter("ordersaga.store.rows", "kind", kind);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    void committed(Batch batch, long tookNanos) {
        transactions.record(tookNanos, TimeUnit.NANOSECONDS);
        batchRows.record(batch.rows());
        journaled.increment(batch.attempts().size());
        for (Write write : batch.writes()) {
            switch (write) {
                case Write.Fresh _ -> inserted.increment();
                case Write.State _ -> updated.increment();
            }
        }
    }

    void failed(SqlTrouble trouble) {
        Counter failure = failures.get(trouble);
        if (failure != null) {
            failure.increment();
        }
    }

    void dropped(int attempts) {
        dropped.increment(attempts);
    }

    void overloaded() {
        overloaded.increment();
    }

    void lost() {
        lost.increment();
    }

    void refused() {
        refused.increment();
    }

    void direct() {
        direct.increment();
    }
}
