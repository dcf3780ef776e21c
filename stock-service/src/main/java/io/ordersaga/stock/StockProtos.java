package io.ordersaga.stock;

import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.type.v1.Money;
import java.util.List;

/// Between the contract and our records.
final class StockProtos {
    private StockProtos() {}

    static io.ordersaga.stock.v1.Product toProto(Product product) {
        return io.ordersaga.stock.v1.Product.newBuilder()
                .setProductId(product.productId())
                .setTitle(product.title())
                .setUnitPrice(
                        Money.newBuilder().setCurrencyCode(product.currency()).setAmountMinor(product.unitPrice()))
                .setAvailable(product.available())
                .setActive(product.active())
                .build();
    }

    static List<ReservationLine> lines(ReservationRequest request) {
        return request.getLinesList().stream()
                .map(line -> new ReservationLine(
                        line.getProductId(),
                        line.getQuantity(),
                        line.getUnitPrice().getCurrencyCode(),
                        line.getUnitPrice().getAmountMinor()))
                .toList();
    }
}
