package io.ordersaga.stock;

import com.google.protobuf.Timestamp;
import io.ordersaga.stock.v1.AdjustStockRequest;
import io.ordersaga.stock.v1.CreateProductRequest;
import io.ordersaga.stock.v1.ReceiveStockRequest;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.RestockRequest;
import io.ordersaga.stock.v1.StockLine;
import io.ordersaga.stock.v1.StockMovement;
import io.ordersaga.stock.v1.UpdateProductRequest;
import io.ordersaga.type.v1.Money;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Between the contract and our records.
final class StockProtos {
    private StockProtos() {}

    /// @param all false leaves out what is for staff
    static io.ordersaga.stock.v1.Product toProto(Product product, boolean all) {
        return io.ordersaga.stock.v1.Product.newBuilder()
                .setProductId(product.productId())
                .setSku(product.sku())
                .setTitle(product.title())
                .setUnitPrice(
                        Money.newBuilder().setCurrencyCode(product.currency()).setAmountMinor(product.unitPriceMinor()))
                .setAvailable(product.available())
                .setReserved(all ? product.reserved() : 0)
                .setSold(all ? product.sold() : 0)
                .setActive(product.active())
                .setCreateTime(timestamp(product.createTime()))
                .setUpdateTime(timestamp(product.updateTime()))
                .setEtag(product.etag())
                .build();
    }

    static StockMovement toProto(Movement movement) {
        return StockMovement.newBuilder()
                .setProductId(movement.productId())
                .setMovementNo(movement.movementNo())
                .setKind(toProto(movement.kind()))
                .setDeltaAvailable(movement.deltaAvailable())
                .setDeltaReserved(movement.deltaReserved())
                .setDeltaSold(movement.deltaSold())
                .setAvailable(movement.available())
                .setReserved(movement.reserved())
                .setSold(movement.sold())
                .setReason(
                        movement.reason().isEmpty()
                                ? AdjustStockRequest.Reason.REASON_UNSPECIFIED
                                : AdjustStockRequest.Reason.valueOf(movement.reason()))
                .setNote(movement.note())
                .setUserId(movement.userId())
                .setOrderId(movement.orderId())
                .setRefundId(movement.refundId())
                .setCreateTime(timestamp(movement.createTime()))
                .build();
    }

    static NewProduct product(CreateProductRequest request) {
        return new NewProduct(
                request.getProductId(),
                request.getSku().isEmpty() ? request.getProductId() : request.getSku(),
                request.getTitle(),
                request.getUnitPrice().getCurrencyCode(),
                request.getUnitPrice().getAmountMinor(),
                !request.hasActive() || request.getActive());
    }

    static ProductChange change(UpdateProductRequest request) {
        @Nullable Money price = request.hasUnitPrice() ? request.getUnitPrice() : null;
        return new ProductChange(
                request.getProductId(),
                request.hasSku() ? request.getSku() : null,
                request.hasTitle() ? request.getTitle() : null,
                price == null ? null : price.getCurrencyCode(),
                price == null ? null : (Long) price.getAmountMinor(),
                request.hasActive() ? (Boolean) request.getActive() : null,
                request.getEtag().isEmpty() ? null : (Long) ProductChange.versionOf(request.getEtag()));
    }

    static Adjustment adjustment(AdjustStockRequest request, String userId) {
        return new Adjustment(
                request.getProductId(), request.getDelta(), request.getReason().name(), request.getNote(), userId);
    }

    /// In ascending order of products.
    static List<Adjustment> receipt(ReceiveStockRequest request, String userId) {
        return request.getLinesList().stream()
                .sorted(Comparator.comparing(StockLine::getProductId))
                .map(line -> new Adjustment(
                        line.getProductId(),
                        line.getQuantity(),
                        AdjustStockRequest.Reason.RECEIPT.name(),
                        request.getNote(),
                        userId))
                .toList();
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

    /// Pieces by product.
    static Map<String, Long> asked(RestockRequest request) {
        return request.getLinesList().stream()
                .collect(Collectors.toMap(line -> line.getProductId(), line -> (long) line.getQuantity()));
    }

    private static StockMovement.Kind toProto(MovementKind kind) {
        return switch (kind) {
            case OPENING -> StockMovement.Kind.OPENING;
            case ADJUST -> StockMovement.Kind.ADJUST;
            case RESERVE -> StockMovement.Kind.RESERVE;
            case RELEASE -> StockMovement.Kind.RELEASE;
            case COMMIT -> StockMovement.Kind.COMMIT;
            case RESTOCK -> StockMovement.Kind.RESTOCK;
        };
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
