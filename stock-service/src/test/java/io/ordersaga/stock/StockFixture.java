package io.ordersaga.stock;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.ordersaga.kit.IdentityInterceptor;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.stock.v1.OrderStockRequest;
import io.ordersaga.stock.v1.ReservationLine;
import io.ordersaga.stock.v1.ReservationRequest;
import io.ordersaga.stock.v1.RestockLine;
import io.ordersaga.stock.v1.RestockRequest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.List;
import java.util.UUID;

/// The running service on a schema without demo rows, and products to order: each test makes its own, so
/// that tests do not see each other. Prices are 1100 CNY.
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
                "INSERT INTO product (product_id, sku, title, currency, unit_price_minor, active, create_time,"
                        + " update_time)"
                        + " VALUES (?, ?, 'Tea cup', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
                productId,
                productId);
        database.update(
                "INSERT INTO stock (product_id, available, reserved, movement_no, update_time)"
                        + " VALUES (?, ?, 0, 1, UTC_TIMESTAMP(3))",
                productId,
                available);
        database.update(
                "INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold,"
                        + " available, reserved, sold, reason, note, user_id, order_id, refund_id, create_time)"
                        + " SELECT product_id, 1, 'OPENING', available, 0, 0, available, 0, 0, '', '', '', '', '',"
                        + " UTC_TIMESTAMP(3) FROM stock WHERE product_id = ?",
                productId);
    }

    /// Available, reserved and sold of a product, such as `7 + 3 + 0`.
    String levels(String productId) {
        return database.rows(
                        "SELECT CONCAT(available, ' + ', reserved, ' + ', sold) FROM stock WHERE product_id = ?",
                        productId)
                .getFirst();
    }

    /// The kinds of a product's movements, in the order in which they happened.
    List<String> kinds(String productId) {
        return database.rows("SELECT kind FROM stock_movement WHERE product_id = ? ORDER BY movement_no", productId);
    }

    /// The products whose rows are not what their ledger and their orders' rows add up to, or whose ledger
    /// has a gap.
    List<String> unbalanced() {
        return database.rows("""
                SELECT s.product_id
                FROM stock s
                LEFT JOIN (SELECT product_id,
                                  COUNT(*) AS movements,
                                  SUM(delta_available) AS available,
                                  SUM(delta_reserved) AS reserved,
                                  SUM(delta_sold) AS sold
                           FROM stock_movement
                           GROUP BY product_id) m ON m.product_id = s.product_id
                LEFT JOIN (SELECT product_id,
                                  SUM(IF(state = 'HELD', quantity, 0)) AS reserved,
                                  SUM(IF(state IN ('COMMITTED', 'RETURNED'), quantity - returned_quantity, 0)) AS sold
                           FROM reservation
                           GROUP BY product_id) r ON r.product_id = s.product_id
                WHERE s.movement_no <> COALESCE(m.movements, 0)
                   OR s.available <> COALESCE(m.available, 0)
                   OR s.reserved <> COALESCE(m.reserved, 0)
                   OR s.sold <> COALESCE(m.sold, 0)
                   OR s.reserved <> COALESCE(r.reserved, 0)
                   OR s.sold <> COALESCE(r.sold, 0)
                """);
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

    /// As a step of the saga of its payment.
    Answer commit(String orderId) {
        return step(
                "Commit",
                "paid-" + orderId,
                OrderStockRequest.newBuilder().setOrderId(orderId).build());
    }

    /// As a step of the saga of the refund; no lines are everything.
    Answer restock(String orderId, String refundId, RestockLine... lines) {
        return step(
                "Restock",
                "refund-" + refundId,
                RestockRequest.newBuilder()
                        .setOrderId(orderId)
                        .setRefundId(refundId)
                        .addAllLines(List.of(lines))
                        .build());
    }

    /// Calls as the coordinator does for a step of another saga than that of the placement.
    Answer step(String method, String gid, Message request) {
        return RawCalls.call(
                service.channel(),
                "ordersaga.stock.v1.StockBranches/" + method,
                new BranchContext(gid, "saga", "01", "action").toMetadata(),
                List.of(request.toByteArray()));
    }

    /// Calls the public method with the given roles; nobody in particular when `userId` is empty.
    Answer call(String method, String userId, String roles, Message request) {
        Metadata headers = new Metadata();
        if (!userId.isEmpty()) {
            headers.put(IdentityInterceptor.USER_ID, userId);
        }
        headers.put(IdentityInterceptor.USER_ROLES, roles);
        return RawCalls.call(
                service.channel(),
                "ordersaga.stock.v1.StockService/" + method,
                headers,
                List.of(request.toByteArray()));
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

    static RestockLine back(String productId, int quantity) {
        return RestockLine.newBuilder()
                .setProductId(productId)
                .setQuantity(quantity)
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
