package io.ordersaga.pay;

import io.ordersaga.pay.v1.PaymentRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.List;
import java.util.UUID;

/// The running service on an empty schema; each test pays for orders of its own.
record PayFixture(TestDatabase database, RunningService service) implements AutoCloseable {
    static final String CREATE = "ordersaga.pay.v1.PayBranches/Create";
    static final String CLOSE = "ordersaga.pay.v1.PayBranches/Close";

    static PayFixture start(TestDatabase database) {
        return new PayFixture(database, RunningService.start(PayServiceApp.class, database));
    }

    /// Amount and state of each payment of an order.
    List<String> payments(String orderId) {
        return database.rows("SELECT amount, currency, state FROM payment WHERE order_id = ?", orderId);
    }

    /// Forgets that an operation was done, as a purge of the barrier does one day.
    void forget(String op) {
        database.update("DELETE FROM barrier WHERE op = ?", op);
    }

    Answer create(PaymentRequest request) {
        return branch(CREATE, "action", "place-" + request.getOrderId(), request);
    }

    Answer close(PaymentRequest request) {
        return branch(CLOSE, "compensate", "place-" + request.getOrderId(), request);
    }

    /// Calls as the coordinator does.
    Answer branch(String method, String op, String gid, PaymentRequest request) {
        return RawCalls.call(
                service.channel(),
                method,
                new BranchContext(gid, "saga", "04", op).toMetadata(),
                List.of(request.toByteArray()));
    }

    /// A new order of user `u1`.
    static PaymentRequest order(long amount) {
        return PaymentRequest.newBuilder()
                .setOrderId("o-" + UUID.randomUUID())
                .setUserId("u1")
                .setAmount(money(amount))
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
