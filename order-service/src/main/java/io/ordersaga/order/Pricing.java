package io.ordersaga.order;

import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.Catalogue.Listing;
import io.ordersaga.order.Catalogue.Product;
import io.ordersaga.order.Catalogue.Source;
import io.ordersaga.order.Coupons.Discount;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides what an order costs. The price is the server's: what a client believes is compared, and used
/// only while stock-service is down and nothing is remembered, because stock's Reserve refuses a wrong unit
/// price in any case.
final class Pricing {
    private final Catalogue catalogue;
    private final Coupons coupons;
    private final String currency;

    Pricing(Catalogue catalogue, Coupons coupons, String currency) {
        this.catalogue = catalogue;
        this.coupons = coupons;
        this.currency = currency;
    }

    record Quote(List<OrderLine> lines, Price price) {}

    /// What is told about an order that nobody placed yet.
    ///
    /// @param couponRefusal why the quote is without the coupon that was asked for
    /// @param available pieces by product; empty while stock-service does not answer
    record Offer(Quote quote, Optional<RefusalException> couponRefusal, Map<String, Long> available) {}

    /// The order's lines and price, or a refusal.
    Quote quote(NewOrder wanted) {
        List<OrderLine> lines = priceLines(wanted).lines();
        return priced(lines, wanted.couponId().map(id -> coupons.discount(id, wanted.userId(), lines)));
    }

    /// The same, but leaves it to the saga to refuse a coupon that the user cannot use.
    Quote quoteUnjudged(NewOrder wanted) {
        List<OrderLine> lines = priceLines(wanted).lines();
        return priced(lines, wanted.couponId().map(id -> coupons.discountUnjudged(id, wanted.userId(), lines)));
    }

    /// The same, and whether it could be had now. A coupon that cannot be used is no reason to refuse.
    Offer offer(NewOrder wanted) {
        Priced priced = priceLines(wanted);
        List<OrderLine> lines = priced.lines();
        Map<String, Long> available = priced.listing().source() == Source.OUTAGE
                ? Map.of()
                : priced.listing().products().values().stream()
                        .collect(Collectors.toMap(Product::productId, Product::available));
        try {
            Optional<Discount> discount = wanted.couponId().map(id -> coupons.discount(id, wanted.userId(), lines));
            return new Offer(priced(lines, discount), Optional.empty(), available);
        } catch (RefusalException e) {
            return new Offer(priced(lines, Optional.empty()), Optional.of(e), available);
        }
    }

    private Quote priced(List<OrderLine> lines, Optional<Discount> discount) {
        long minor = discount.map(Discount::discountMinor).orElse(0L);
        Set<String> productIds = discount.map(Discount::productIds).orElse(Set.of());
        return new Quote(Allocation.spread(minor, lines, productIds), new Price(currency, total(lines), minor));
    }

    private record Priced(List<OrderLine> lines, Listing listing) {}

    private Priced priceLines(NewOrder wanted) {
        Set<String> productIds = wanted.lines().stream()
                .map(NewOrder.Line::productId)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Listing listing = catalogue.read(productIds);
        Optional<RefusalException> objection = objection(wanted, listing);
        if (objection.isPresent() && listing.source() == Source.MEMORY) {
            // What is remembered may be outdated, so nobody is sent away because of it.
            listing = catalogue.ask(productIds);
            objection = objection(wanted, listing);
        }
        if (objection.isPresent()) {
            throw objection.get();
        }
        return new Priced(lines(wanted, listing), listing);
    }

    private Optional<RefusalException> objection(NewOrder wanted, Listing listing) {
        boolean claimed = false;
        for (NewOrder.Line line : wanted.lines()) {
            @Nullable Product product = listing.products().get(line.productId());
            if (product == null) {
                Optional<RefusalException> objection = objectionToUnknown(wanted, line, listing.source());
                if (objection.isPresent()) {
                    return objection;
                }
                claimed = true;
            } else if (!product.active()) {
                return Optional.of(Refusals.productInactive(line.productId()));
            } else if (!product.currency().equals(currency)) {
                return Optional.of(
                        Refusals.currencyMismatch("product " + line.productId(), product.currency(), currency));
            }
        }
        long total = total(lines(wanted, listing));
        if (total > Price.AMOUNT_MINOR_MAX) {
            return Optional.of(Refusals.orderTooLarge());
        }
        long expected = wanted.expectedTotalMinor().orElse(total);
        return claimed || expected == total
                ? Optional.empty()
                : Optional.of(Refusals.priceChanged(wanted, expected, total));
    }

    private static Optional<RefusalException> objectionToUnknown(NewOrder wanted, NewOrder.Line line, Source source) {
        return switch (source) {
            case MEMORY, STOCK -> Optional.of(Refusals.productNotFound(line.productId()));
            case OUTAGE -> {
                if (!claimsUnitPrice(wanted)) {
                    yield Optional.of(Refusals.priceUnavailable());
                }
                long expected = wanted.expectedTotalMinor().orElseThrow();
                yield expected % line.quantity() == 0
                        ? Optional.empty()
                        : Optional.of(Refusals.notAPrice(wanted, expected));
            }
        };
    }

    /// With one line, the total that the client saw tells the unit price it saw.
    private static boolean claimsUnitPrice(NewOrder wanted) {
        return wanted.lines().size() == 1 && wanted.expectedTotalMinor().isPresent();
    }

    private static List<OrderLine> lines(NewOrder wanted, Listing listing) {
        return wanted.lines().stream()
                .map(line -> OrderLine.of(line.productId(), line.quantity(), unitPrice(wanted, line, listing)))
                .toList();
    }

    private static long unitPrice(NewOrder wanted, NewOrder.Line line, Listing listing) {
        @Nullable Product product = listing.products().get(line.productId());
        return product == null ? wanted.expectedTotalMinor().orElseThrow() / line.quantity() : product.unitPriceMinor();
    }

    private static long total(List<OrderLine> lines) {
        return lines.stream().mapToLong(OrderLine::totalMinor).reduce(0, Math::addExact);
    }
}
