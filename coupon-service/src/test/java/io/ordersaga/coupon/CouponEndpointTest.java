package io.ordersaga.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponRule;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.CouponServiceGrpc.CouponServiceBlockingStub;
import io.ordersaga.coupon.v1.GetCouponRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Looking at coupons.
@DatabaseTest
class CouponEndpointTest {
    private static final String GET = "ordersaga.coupon.v1.CouponService/GetCoupon";

    private static CouponFixture coupons;
    private static CouponServiceBlockingStub stub;

    @BeforeAll
    static void start(TestDatabase database) {
        coupons = CouponFixture.start(database);
        stub = CouponServiceGrpc.newBlockingStub(coupons.service().channel());
    }

    @AfterAll
    static void stop() {
        coupons.close();
    }

    @Test
    void aCouponIsShownWithItsRules() {
        String coupon = coupons.coupon("'2020-01-01 00:00:00.001'", "'2040-12-31 23:59:59.999'");

        assertThat(get(coupon).toBuilder().clearCreateTime().clearUpdateTime().build())
                .isEqualTo(Coupon.newBuilder()
                        .setCouponId(coupon)
                        .setUserId("u1")
                        .setValue(CouponFixture.money(1000))
                        .setMinSpend(CouponFixture.money(500))
                        .setRule(CouponRule.newBuilder()
                                .setKind(CouponRule.Kind.AMOUNT_OFF)
                                .setAmountOff(CouponFixture.money(1000))
                                .setMinSpend(CouponFixture.money(500))
                                .setScope(CouponRule.Scope.ALL))
                        .setEtag("1.UNUSED")
                        .setState(Coupon.State.UNUSED)
                        .setValidFrom(timestamp("2020-01-01T00:00:00.001Z"))
                        .setValidUntil(timestamp("2040-12-31T23:59:59.999Z"))
                        .build());
    }

    @Test
    void aLockedCouponNamesItsOrder() {
        String coupon = coupons.coupon();
        CouponLockRequest order = CouponFixture.order(coupon);
        coupons.lock(order);

        assertThat(get(coupon).getState()).isEqualTo(Coupon.State.LOCKED);
        assertThat(get(coupon).getOrderId()).isEqualTo(order.getOrderId());
    }

    @Test
    void anUnknownCouponIsNotFound() {
        Answer answer = RawCalls.call(
                coupons.service().channel(),
                GET,
                GetCouponRequest.newBuilder().setCouponId("nothing").build());

        assertThat(answer.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(answer.errorInfo().getReason()).isEqualTo("COUPON_NOT_FOUND");
        assertThat(answer.errorInfo().getMetadataMap()).containsEntry("coupon_id", "nothing");
    }

    @Test
    void invalidRequestsAreRefused() {
        Answer answer = RawCalls.call(coupons.service().channel(), GET, GetCouponRequest.getDefaultInstance());

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly("coupon_id");
        assertThat(RawCalls.nonsense(
                        coupons.service().channel(), CouponServiceGrpc.getServiceDescriptor(), new Metadata()))
                .hasSize(52)
                .allSatisfy((call, nonsense) -> assertThat(nonsense.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void readinessIncludesTheDatabase() {
        assertThat(coupons.service().manage("/actuator/health/readiness").body())
                .contains("\"db\":{\"status\":\"UP\"}");
    }

    private static Coupon get(String couponId) {
        return stub.getCoupon(
                GetCouponRequest.newBuilder().setCouponId(couponId).build());
    }

    private static Timestamp timestamp(String text) {
        Instant instant = Instant.parse(text);
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
