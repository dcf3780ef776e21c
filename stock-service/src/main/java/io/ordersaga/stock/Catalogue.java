package io.ordersaga.stock;

import io.grpc.Status;
import io.ordersaga.kit.RefusalException;
import java.util.List;
import java.util.Map;

/// What staff do to products and to what is left of them. Each runs within one transaction.
final class Catalogue {
    private Catalogue() {}

    /// Adds a product with nothing of it in stock, or refuses.
    static Product add(StockTable table, NewProduct product) {
        if (!table.addProduct(product)) {
            throw table.product(product.productId()).isPresent()
                    ? refusal(
                            Status.Code.ALREADY_EXISTS,
                            "PRODUCT_EXISTS",
                            "there is a product " + product.productId(),
                            product.productId())
                    : skuExists(product.sku());
        }
        table.addStock(product.productId());
        return get(table, product.productId());
    }

    /// Changes what `change` names, or refuses.
    static Product change(StockTable table, ProductChange change) {
        return switch (table.changeProduct(change)) {
            case YES -> get(table, change.productId());
            case NO -> {
                Product product = get(table, change.productId());
                throw refusal(
                        Status.Code.ABORTED,
                        "ETAG_MISMATCH",
                        "product " + product.productId() + " was changed since",
                        product.productId());
            }
            case SKU_TAKEN -> throw skuExists(String.valueOf(change.sku()));
        };
    }

    /// Makes each adjustment and its ledger line, or refuses and makes none. They come in ascending order
    /// of products.
    static List<Movement> adjust(StockTable table, List<Adjustment> adjustments) {
        return adjustments.stream().map(adjustment -> adjust(table, adjustment)).toList();
    }

    static Product get(StockTable table, String productId) {
        return table.product(productId)
                .orElseThrow(() ->
                        refusal(Status.Code.NOT_FOUND, "PRODUCT_NOT_FOUND", "no product " + productId, productId));
    }

    private static Movement adjust(StockTable table, Adjustment adjustment) {
        if (!table.adjust(adjustment)) {
            refuseAdjustment(table, adjustment);
        }
        if (table.recordAdjustment(adjustment) != 1) {
            throw new IllegalStateException("No movement was written for " + adjustment);
        }
        return table.movementsBefore(adjustment.productId(), Long.MAX_VALUE, 1).getFirst();
    }

    private static void refuseAdjustment(StockTable table, Adjustment adjustment) {
        // With the row locked, what is read is what stopped the statement; if it does no more, the statement succeeds.
        table.lockAvailable(adjustment.productId());
        Product product = get(table, adjustment.productId());
        if (product.available() + adjustment.delta() < 0) {
            throw StockServiceApp.DOMAIN.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "OUT_OF_STOCK",
                    "product %s has %d left, %d are to be taken"
                            .formatted(product.productId(), product.available(), -adjustment.delta()),
                    Map.of(
                            "product_id", product.productId(),
                            "requested", Long.toString(-adjustment.delta()),
                            "available", Long.toString(product.available())));
        }
        if (!table.adjust(adjustment)) {
            throw new IllegalStateException("Nothing speaks against %s, but it was not made".formatted(adjustment));
        }
    }

    private static RefusalException skuExists(String sku) {
        return StockServiceApp.DOMAIN.refusal(
                Status.Code.ALREADY_EXISTS, "SKU_EXISTS", "another product has sku " + sku, Map.of("sku", sku));
    }

    private static RefusalException refusal(Status.Code code, String reason, String message, String productId) {
        return StockServiceApp.DOMAIN.refusal(code, reason, message, Map.of("product_id", productId));
    }
}
