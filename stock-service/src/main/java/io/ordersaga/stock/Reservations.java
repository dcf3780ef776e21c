package io.ordersaga.stock;

import io.ordersaga.saga.client.BranchRefusedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Holding products for an order and giving them back. Both run within the transaction of their branch, and both do
/// nothing the second time, also when the barrier's memory of the first was purged: the rows of the order say it.
final class Reservations {
    private Reservations() {}

    /// Holds every line for the order, or refuses and holds none.
    static void reserve(StockTable table, String gid, String orderId, List<ReservationLine> lines) {
        if (table.hasReservation(orderId)) {
            return;
        }
        List<ReservationLine> ordered = List.copyOf(byProduct(lines));
        ordered.forEach(line -> take(table, line));
        table.hold(gid, orderId, ordered);
    }

    /// Gives back what the order holds.
    static void release(StockTable table, String orderId) {
        List<HeldLine> held = table.held(orderId);
        if (table.markReleased(orderId) != held.size()) {
            throw new IllegalStateException("Reservation of order " + orderId + " changed while it was locked");
        }
        for (HeldLine line : held) {
            if (!table.giveBack(line)) {
                throw new IllegalStateException(
                        "Less than %s is reserved, but order %s holds it".formatted(line, orderId));
            }
        }
    }

    /// One line per product, in ascending order of their ids: orders that share products take them in the same order
    /// and so never wait for each other in a circle.
    private static Collection<ReservationLine> byProduct(List<ReservationLine> lines) {
        TreeMap<String, ReservationLine> byProduct = new TreeMap<>();
        for (ReservationLine line : lines) {
            byProduct.merge(line.productId(), line, Reservations::together);
        }
        return byProduct.values();
    }

    private static ReservationLine together(ReservationLine one, ReservationLine other) {
        if (one.unitPrice() != other.unitPrice() || !one.currency().equals(other.currency())) {
            throw priceChanged(one, other.unitPrice(), other.currency());
        }
        return new ReservationLine(one.productId(), one.quantity() + other.quantity(), one.currency(), one.unitPrice());
    }

    private static void take(StockTable table, ReservationLine line) {
        if (table.take(line)) {
            return;
        }
        // With the row locked, what is read is what stopped the statement; if it does no more, the statement succeeds.
        table.lockAvailable(line.productId());
        whyNot(line, table.product(line.productId())).ifPresent(refusal -> {
            throw refusal;
        });
        if (!table.take(line)) {
            throw new IllegalStateException("Nothing speaks against %s, but it was not taken".formatted(line));
        }
    }

    private static Optional<BranchRefusedException> whyNot(ReservationLine line, Optional<Product> found) {
        String productId = line.productId();
        if (found.isEmpty()) {
            return Optional.of(
                    refusal("PRODUCT_NOT_FOUND", "no product " + productId, Map.of("product_id", productId)));
        }
        Product product = found.get();
        if (!product.active()) {
            return Optional.of(refusal(
                    "PRODUCT_INACTIVE", "product " + productId + " is not sold now", Map.of("product_id", productId)));
        }
        if (product.unitPrice() != line.unitPrice() || !product.currency().equals(line.currency())) {
            return Optional.of(priceChanged(line, product.unitPrice(), product.currency()));
        }
        if (product.available() < line.quantity()) {
            return Optional.of(refusal(
                    "OUT_OF_STOCK",
                    "product %s has %d left, %d requested".formatted(productId, product.available(), line.quantity()),
                    Map.of(
                            "product_id", productId,
                            "requested", Long.toString(line.quantity()),
                            "available", Long.toString(product.available()))));
        }
        return Optional.empty();
    }

    private static BranchRefusedException priceChanged(ReservationLine line, long actual, String currency) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("product_id", line.productId());
        metadata.put("expected", Long.toString(line.unitPrice()));
        metadata.put("actual", Long.toString(actual));
        if (!line.currency().equals(currency)) {
            metadata.put("expected_currency", line.currency());
            metadata.put("actual_currency", currency);
        }
        return refusal(
                "PRICE_CHANGED",
                "product %s costs %d %s, not %d %s"
                        .formatted(line.productId(), actual, currency, line.unitPrice(), line.currency()),
                metadata);
    }

    private static BranchRefusedException refusal(String reason, String message, Map<String, String> metadata) {
        return new BranchRefusedException(StockServiceApp.DOMAIN.name(), reason, message, metadata);
    }
}
