package io.ordersaga.coupon;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.coupon.v1.ClaimCouponRequest;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponReturnRequest;
import io.ordersaga.coupon.v1.CouponRule;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.CouponServiceGrpc.CouponServiceBlockingStub;
import io.ordersaga.coupon.v1.CouponTemplateStateRequest;
import io.ordersaga.coupon.v1.CreateCouponTemplateRequest;
import io.ordersaga.coupon.v1.OrderCouponRequest;
import io.ordersaga.kit.IdentityInterceptor;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// The running service on a schema without demo rows, and coupons to use: each test makes its own, so that
/// tests do not see each other. They belong to user `u1`, are worth 1000 CNY from an order total of 500 on,
/// and are valid from yesterday until tomorrow.
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
                "INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state, valid_from,"
                        + " valid_until, create_time, update_time) VALUES (?, 'u1', 'CNY', 1000, 500, 'UNUSED', "
                        + validFrom + ", "
                        + validUntil + ", UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
                couponId);
        return couponId;
    }

    /// A coupon of the user on which these columns are set.
    String couponOf(String userId, String columns) {
        String couponId = coupon();
        database.update("UPDATE coupon SET user_id = ?, " + columns + " WHERE coupon_id = ?", userId, couponId);
        return couponId;
    }

    /// Makes a coupon's time be over.
    void end(String couponId) {
        database.update(
                "UPDATE coupon SET valid_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE coupon_id = ?", couponId);
    }

    /// A coupon like the others, but claimed.
    String claimed() {
        String template = template(CreateCouponTemplateRequest.newBuilder()
                .setName("Ten off")
                .setRule(amountOff(1000))
                .setValidUntil(Timestamp.newBuilder().setSeconds(2_300_000_000L))
                .build());
        return staff().claimCoupon(ClaimCouponRequest.newBuilder()
                        .setCouponTemplateId(template)
                        .setUserId("u1")
                        .build())
                .getCouponId();
    }

    /// Makes a template that cannot be claimed yet, and returns its id.
    String draft(CreateCouponTemplateRequest request) {
        return staff().createCouponTemplate(request).getCouponTemplateId();
    }

    /// Makes a template that can be claimed, and returns its id.
    String template(CreateCouponTemplateRequest request) {
        String template = draft(request);
        return staff().activateCouponTemplate(CouponTemplateStateRequest.newBuilder()
                        .setCouponTemplateId(template)
                        .build())
                .getCouponTemplateId();
    }

    /// The templates whose counts are not what their coupons say, and the coupons that no order has but
    /// says so.
    List<String> unbalanced() {
        return database.rows("""
                SELECT t.coupon_template_id
                FROM coupon_template t
                LEFT JOIN (SELECT coupon_template_id, COUNT(*) AS issued, SUM(state = 'USED') AS used
                           FROM coupon
                           GROUP BY coupon_template_id) c ON c.coupon_template_id = t.coupon_template_id
                WHERE t.issued_count <> COALESCE(c.issued, 0)
                   OR t.used_count <> COALESCE(c.used, 0)
                UNION ALL
                SELECT c.coupon_id
                FROM coupon c
                LEFT JOIN coupon_lock l ON l.coupon_id = c.coupon_id AND l.order_id = c.order_id
                WHERE (c.state = 'LOCKED' AND COALESCE(l.state, '') <> 'HELD')
                   OR (c.state = 'USED' AND COALESCE(l.state, '') <> 'CONSUMED')
                UNION ALL
                SELECT l.coupon_id
                FROM coupon_lock l
                JOIN coupon c ON c.coupon_id = l.coupon_id
                WHERE l.state IN ('HELD', 'CONSUMED')
                  AND COALESCE(c.order_id, '') <> l.order_id
                """);
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

    /// As a step of the saga of its payment.
    Answer consume(String orderId) {
        return step(
                "Consume",
                "paid-" + orderId,
                OrderCouponRequest.newBuilder().setOrderId(orderId).build());
    }

    /// As a step of the saga of the refund.
    Answer giveBack(String orderId, String refundId) {
        return step(
                "Return",
                "refund-" + refundId + "-" + orderId,
                CouponReturnRequest.newBuilder()
                        .setOrderId(orderId)
                        .setRefundId(refundId)
                        .build());
    }

    private Answer step(String method, String gid, Message request) {
        return RawCalls.call(
                service.channel(),
                "ordersaga.coupon.v1.CouponBranches/" + method,
                new BranchContext(gid, "saga", "02", "action").toMetadata(),
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
                "ordersaga.coupon.v1.CouponService/" + method,
                headers,
                List.of(request.toByteArray()));
    }

    CouponServiceBlockingStub staff() {
        return CouponServiceGrpc.newBlockingStub(service.channel());
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

    /// From a total of 500 on, for every product.
    static CouponRule amountOff(long amount) {
        return CouponRule.newBuilder()
                .setKind(CouponRule.Kind.AMOUNT_OFF)
                .setAmountOff(money(amount))
                .setMinSpend(money(500))
                .setScope(CouponRule.Scope.ALL)
                .build();
    }

    /// The same in hundredths of a percent.
    static CouponRule percentOff(int bps) {
        return amountOff(0).toBuilder()
                .setKind(CouponRule.Kind.PERCENT_OFF)
                .clearAmountOff()
                .setPercentOffBps(bps)
                .build();
    }

    /// Repeats the call while the service is too busy to decide, as a patient caller would.
    static Answer decided(Supplier<Answer> call) {
        Answer answer = call.get();
        for (int i = 0; i < 100 && answer.code() == Status.Code.RESOURCE_EXHAUSTED; i++) {
            answer = call.get();
        }
        return answer;
    }

    static <T> List<T> allAtOnce(List<Callable<T>> calls) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : callers.invokeAll(calls)) {
                results.add(result.get());
            }
        }
        return results;
    }

    static Money money(long amount) {
        return Money.newBuilder().setCurrencyCode("CNY").setAmountMinor(amount).build();
    }

    @Override
    public void close() {
        service.close();
    }
}
