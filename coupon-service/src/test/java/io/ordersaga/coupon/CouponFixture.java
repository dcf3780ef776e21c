package io.ordersaga.coupon;

import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.List;
import java.util.UUID;

/// The running service on a schema without demo rows, and coupons to use: each test makes its own, so that tests do not
/// see each other. They belong to user `u1`, are worth 1000 CNY from an order total of 500 on, and are valid from
/// yesterday until tomorrow.
record CouponFixture(TestDatabase database, RunningService service) implements AutoCloseable {
    static final String LOCK = "ordersaga.coupon.v1.CouponBranches/Lock";
    static final String UNLOCK = "ordersaga.coupon.v1.CouponBranches/Unlock";

    static CouponFixture start(TestDatabase database) {
        return new CouponFixture(database, RunningService.start(CouponServiceApp.class, database));
    }

    String coupon() {
        return coupon("UTC_TIMESTAMP(3) - INTERVAL 1 DAY", "UTC_TIMESTAMP(3) + INTERVAL 1 DAY");
    }

    /// A coupon that is valid between two SQL expressions.
    String coupon(String validFrom, String validUntil) {
        String couponId = "c-" + UUID.randomUUID();
        database.update(
                "INSERT INTO coupon (coupon_id, user_id, currency, value, min_spend, state, valid_from, valid_until,"
                        + " created_at, updated_at) VALUES (?, 'u1', 'CNY', 1000, 500, 'UNUSED', " + validFrom + ", "
                        + validUntil + ", UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
                couponId);
        return couponId;
    }

    /// State and holder of a coupon.
    String state(String couponId) {
        return database.rows("SELECT state, order_id FROM coupon WHERE coupon_id = ?", couponId)
                .getFirst();
    }

    /// Forgets that an operation was done, as a purge of the barrier does one day.
    void forget(String op) {
        database.update("DELETE FROM barrier WHERE op = ?", op);
    }

    Answer lock(CouponLockRequest request) {
        return branch(LOCK, "action", request.getOrderId(), request);
    }

    Answer unlock(CouponLockRequest request) {
        return branch(UNLOCK, "compensate", request.getOrderId(), request);
    }

    /// Calls as the coordinator does for the placement of an order.
    Answer branch(String method, String op, String orderId, CouponLockRequest request) {
        return RawCalls.call(
                service.channel(),
                method,
                new BranchContext("place-" + orderId, "saga", "03", op).toMetadata(),
                List.of(request.toByteArray()));
    }

    /// A new order of user `u1` over 3000 CNY with 1000 CNY off.
    static CouponLockRequest order(String couponId) {
        return CouponLockRequest.newBuilder()
                .setCouponId(couponId)
                .setOrderId("o-" + UUID.randomUUID())
                .setUserId("u1")
                .setOrderTotal(money(3000))
                .setDiscount(money(1000))
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
