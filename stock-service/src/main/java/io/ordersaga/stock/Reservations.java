package io.ordersaga.stock;

import io.grpc.Status;
import io.ordersaga.saga.client.BranchRefusedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an order does with products: holding them, giving them back, buying them and returning them. Each
/// runs within the transaction of its branch, and does nothing the second time, also when the barrier's
/// memory of the first was purged: the rows of the order say it. All touch products in ascending order of
/// their ids, so that orders never wait for each other in a circle.
final class Reservations {
    private static final Logger log = LoggerFactory.getLogger(Reservations.class);

    private Reservations() {}

    /// Holds every line for the order, or refuses and holds none.
    static void reserve(StockTable table, String gid, String orderId, List<ReservationLine> lines) {
        if (table.hasReservation(orderId)) {
            return;
        }
        List<ReservationLine> ordered = List.copyOf(byProduct(lines));
        // Before the products, whose rows every other buyer waits for.
        table.hold(gid, orderId, ordered);
        ordered.forEach(line -> take(table, line));
        recorded(table.recordOrder(MovementKind.RESERVE, orderId, "HELD"), ordered, orderId);
    }

    /// Gives back what the order holds.
    static void release(StockTable table, String orderId) {
        List<HeldLine> held = table.held(orderId);
        endHold(table, orderId, held, "RELEASED");
        for (HeldLine line : held) {
            if (!table.giveBack(line)) {
                throw lessThan("reserved", line, orderId);
            }
        }
        if (!held.isEmpty()) {
            recorded(table.recordOrder(MovementKind.RELEASE, orderId, "RELEASED"), held, orderId);
        }
    }

    /// Sells what the order holds. Refuses when there is nothing to sell and nothing was sold, because then
    /// somebody paid for what others can buy.
    static void commit(StockTable table, String orderId) {
        List<HeldLine> held = table.held(orderId);
        if (held.isEmpty()) {
            if (!table.hasBought(orderId)) {
                throw refusal("STOCK_NOT_HELD", "order " + orderId + " holds nothing", Map.of("order_id", orderId));
            }
            return;
        }
        endHold(table, orderId, held, "COMMITTED");
        for (HeldLine line : held) {
            if (!table.sell(line)) {
                throw lessThan("reserved", line, orderId);
            }
        }
        recorded(table.recordOrder(MovementKind.COMMIT, orderId, "COMMITTED"), held, orderId);
    }

    /// Takes back what a refund returns, at most what the order still has.
    ///
    /// @param asked pieces by product; empty is everything that the order still has
    /// @throws io.ordersaga.kit.RefusalException FAILED_PRECONDITION while the order has not bought what it holds
    static void restock(StockTable table, String gid, Refund refund, Map<String, Long> asked) {
        String orderId = refund.orderId();
        if (!table.held(orderId).isEmpty()) {
            // An order that cost nothing is paid before its pieces are sold, which is about to happen.
            throw StockServiceApp.DOMAIN.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "STOCK_NOT_SOLD_YET",
                    "order " + orderId + " still holds what it returns",
                    Map.of("order_id", orderId));
        }
        // Locks the rows of the order, so that two refunds of it come one after the other.
        List<SoldLine> sold = table.sold(orderId);
        if (table.hasRestock(orderId, refund.refundId())) {
            return;
        }
        List<RestockLine> lines = returned(sold, asked);
        if (!asked.isEmpty() && lines.stream().anyMatch(line -> line.returned() < line.quantity())) {
            // The money is back already, so the pieces that are there are taken, and the row of the refund tells.
            log.warn("Refund {} of order {} asks for more pieces than it has: {}", refund.refundId(), orderId, lines);
        }
        table.restock(gid, orderId, refund.refundId(), lines);
        List<RestockLine> moved =
                lines.stream().filter(line -> line.returned() > 0).toList();
        for (RestockLine line : moved) {
            if (!table.markReturned(orderId, line) || !table.takeBack(line)) {
                throw lessThan("sold", line, orderId);
            }
        }
        recorded(table.recordRestock(orderId, refund.refundId()), moved, orderId);
    }

    /// Which refund of which order.
    record Refund(String orderId, String refundId) {}

    private static List<RestockLine> returned(List<SoldLine> sold, Map<String, Long> asked) {
        if (asked.isEmpty()) {
            return sold.stream()
                    .map(line -> new RestockLine(line.productId(), line.left(), line.left()))
                    .toList();
        }
        Map<String, Long> left = sold.stream().collect(Collectors.toMap(SoldLine::productId, SoldLine::left));
        return new TreeMap<>(asked)
                .entrySet().stream()
                        .map(line -> new RestockLine(
                                line.getKey(),
                                line.getValue(),
                                Math.min(line.getValue(), left.getOrDefault(line.getKey(), 0L))))
                        .toList();
    }

    private static void endHold(StockTable table, String orderId, List<HeldLine> held, String state) {
        if (table.endHold(orderId, state) != held.size()) {
            throw new IllegalStateException("Reservation of order " + orderId + " changed while it was locked");
        }
    }

    private static void recorded(int movements, List<?> lines, String orderId) {
        if (movements != lines.size()) {
            throw new IllegalStateException(
                    "%d movements were written for %d lines of order %s".formatted(movements, lines.size(), orderId));
        }
    }

    private static IllegalStateException lessThan(String what, Record line, String orderId) {
        return new IllegalStateException("Less than %s is %s, but order %s has it".formatted(line, what, orderId));
    }

    /// One line per product, in ascending order of their ids.
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
        if (product.unitPriceMinor() != line.unitPrice() || !product.currency().equals(line.currency())) {
            return Optional.of(priceChanged(line, product.unitPriceMinor(), product.currency()));
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
