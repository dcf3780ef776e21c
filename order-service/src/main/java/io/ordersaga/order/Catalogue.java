package io.ordersaga.order;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.ordersaga.kit.ServiceIdentity;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.StockServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The products as stock-service knows them, remembered for a moment, and for longer while stock-service
/// does not answer. It is never the last word on a price: stock's Reserve checks each line in its own
/// transaction. Thread-safe.
final class Catalogue {
    private static final Logger log = LoggerFactory.getLogger(Catalogue.class);

    /// @param unitPriceMinor of one piece, in minor units of `currency`
    /// @param available pieces that could be ordered when this was read
    record Product(String productId, String currency, long unitPriceMinor, boolean active, long available) {}

    /// Where an answer comes from, and so what it means that a product is missing in it.
    enum Source {
        /// Everything asked for was remembered; nothing is missing.
        MEMORY,
        /// What is missing does not exist.
        STOCK,
        /// Stock-service does not answer; nobody knows about what is missing, and the rest may be old.
        OUTAGE
    }

    record Listing(Source source, Map<String, Product> products) {}

    private record Remembered(Product product, Instant readAt) {}

    private final StockServiceGrpc.StockServiceBlockingStub stock;
    private final Duration deadline;
    private final Duration freshFor;
    private final InstantSource clock;
    private final Cache<String, Remembered> memory;

    Catalogue(Channel stock, OrderConfig config, InstantSource clock) {
        this.stock = StockServiceGrpc.newBlockingStub(stock).withInterceptors(ServiceIdentity.of("order"));
        this.deadline = config.lookupDeadline();
        this.freshFor = config.catalogue().freshFor();
        this.clock = clock;
        this.memory = Caffeine.newBuilder()
                .maximumSize(config.catalogue().size())
                .expireAfterWrite(config.catalogue().keptFor())
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /// The products with the given ids, asking stock-service only when one of them is not remembered or no
    /// longer fresh.
    Listing read(Set<String> productIds) {
        Map<String, Product> fresh = remembered(productIds, clock.instant().minus(freshFor));
        return fresh.size() == productIds.size() ? new Listing(Source.MEMORY, fresh) : ask(productIds);
    }

    /// The same, but asks stock-service in any case.
    Listing ask(Set<String> productIds) {
        try {
            Map<String, Product> answer = askStock(productIds);
            remember(productIds, answer);
            return new Listing(Source.STOCK, answer);
        } catch (StatusRuntimeException e) {
            log.warn(
                    "Prices are what is remembered, because stock-service does not answer: {}",
                    e.getStatus().getCode());
            return new Listing(Source.OUTAGE, remembered(productIds, Instant.MIN));
        }
    }

    private Map<String, Product> askStock(Set<String> productIds) {
        Map<String, Product> products = new HashMap<>();
        stock.withDeadlineAfter(deadline)
                .batchGetProducts(BatchGetProductsRequest.newBuilder()
                        .addAllProductIds(productIds)
                        .build())
                .getProductsList()
                .forEach(product -> products.put(product.getProductId(), OrderProtos.product(product)));
        return products;
    }

    private void remember(Set<String> asked, Map<String, Product> answer) {
        Instant now = clock.instant();
        for (String productId : asked) {
            @Nullable Product product = answer.get(productId);
            if (product == null) {
                memory.invalidate(productId);
            } else {
                memory.put(productId, new Remembered(product, now));
            }
        }
    }

    private Map<String, Product> remembered(Set<String> productIds, Instant readAfter) {
        Map<String, Product> found = new HashMap<>();
        for (String productId : productIds) {
            @Nullable Remembered remembered = memory.getIfPresent(productId);
            if (remembered != null && remembered.readAt().isAfter(readAfter)) {
                found.put(productId, remembered.product());
            }
        }
        return found;
    }
}
