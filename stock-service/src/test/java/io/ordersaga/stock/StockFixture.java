package io.ordersaga.stock;

import com.google.protobuf.Message;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.List;
import java.util.UUID;

/// The running service on a schema without demo rows, and products to order: each test makes its own, so that tests do
/// not see each other. Prices are 1100 CNY.
record StockFixture(TestDatabase database, RunningService service) implements AutoCloseable {
    static final String RESERVE = "ordersaga.stock.v1.StockBranches/Reserve";
    static final String RELEASE = "ordersaga.stock.v1.StockBranches/Release";

    static StockFixture start(TestDatabase database) {
        return new StockFixture(database, RunningService.start(StockServiceApp.class, database));
    }

    /// Makes an active product with so many pieces and returns its id.
    String product(long available) {
        String productId = "p-" + UUID.randomUUID();
        product(productId, available);
        return productId;
    }

    void product(String productId, long available) {
        database.update(
                "INSERT INTO product (product_id, title, currency, unit_price, active, created_at, updated_at)"
                        + " VALUES (?, 'Tea cup', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
                productId);
        database.update(
                "INSERT INTO stock (product_id, available, reserved, updated_at) VALUES (?, ?, 0, UTC_TIMESTAMP(3))",
                productId,
                available);
    }

    long available(String productId) {
        return number("SELECT available FROM stock WHERE product_id = ?", productId);
    }

    long reserved(String productId) {
        return number("SELECT reserved FROM stock WHERE product_id = ?", productId);
    }

    long held(String orderId) {
        return number(
                "SELECT COALESCE(SUM(quantity), 0) FROM reservation WHERE order_id = ? AND state = 'HELD'", orderId);
    }

    /// Forgets that an operation was done, as a purge of the barrier does one day.
    void forget(String op) {
        database.update("DELETE FROM barrier WHERE op = ?", op);
    }

    Answer reserve(ReservationRequest request) {
        return branch(RESERVE, "action", request.getOrderId(), request);
    }

    Answer release(ReservationRequest request) {
        return branch(RELEASE, "compensate", request.getOrderId(), request);
    }

    /// Calls as the coordinator does for the placement of an order.
    Answer branch(String method, String op, String orderId, Message request) {
        return RawCalls.call(
                service.channel(),
                method,
                new BranchContext("place-" + orderId, "saga", "02", op).toMetadata(),
                List.of(request.toByteArray()));
    }

    private long number(String sql, String id) {
        return Long.parseLong(database.rows(sql, id).getFirst());
    }

    /// A new order of the given lines.
    static ReservationRequest order(ReservationLine... lines) {
        return ReservationRequest.newBuilder()
                .setOrderId("o-" + UUID.randomUUID())
                .addAllLines(List.of(lines))
                .build();
    }

    static ReservationLine line(String productId, int quantity) {
        return ReservationLine.newBuilder()
                .setProductId(productId)
                .setQuantity(quantity)
                .setUnitPrice(money(1100))
                .build();
    }

    static Money money(long amount) {
        return Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(amount).build();
    }

    @Override
    public void close() {
        service.close();
    }
}
