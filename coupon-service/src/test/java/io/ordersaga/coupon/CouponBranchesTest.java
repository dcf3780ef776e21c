package io.ordersaga.coupon;

import static io.ordersaga.coupon.CouponFixture.money;
import static io.ordersaga.coupon.CouponFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.ordersaga.coupon.v1.CouponBranchesGrpc;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import io.ordersaga.type.v1.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Locking and returning as the coordinator asks for it, on the real database: refusals, repetitions, and
/// many at once.
@DatabaseTest
class CouponBranchesTest {
    private static CouponFixture coupons;

    @BeforeAll
    static void start(TestDatabase database) {
        coupons = CouponFixture.start(database);
    }

    @AfterAll
    static void stop() {
        coupons.close();
    }

    @Test
    void aCouponIsLockedForItsOrderAndReturned() {
        String coupon = coupons.coupon();
        CouponLockRequest order = order(coupon);

        assertThat(coupons.lock(order).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + order.getOrderId());

        assertThat(coupons.unlock(order).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");

        CouponLockRequest next = order(coupon);
        assertThat(coupons.lock(next).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + next.getOrderId());
    }

    @Test
    void aCouponNeverTakesOffMoreThanTheTotal() {
        CouponLockRequest small = order(coupons.coupon()).toBuilder()
                .setOrderTotal(money(700))
                .setDiscount(money(700))
                .build();

        assertThat(coupons.lock(small).code()).isEqualTo(Status.Code.OK);
        refused(
                coupons.lock(order(coupons.coupon()).toBuilder()
                        .setOrderTotal(money(700))
                        .build()),
                "COUPON_CHANGED");
    }

    @Test
    void anUnknownCouponIsRefused() {
        Answer answer = coupons.lock(order("nothing"));

        refused(answer, "COUPON_NOT_FOUND");
        assertThat(answer.errorInfo().getMetadataMap()).containsEntry("coupon_id", "nothing");
    }

    @Test
    void theCouponOfAnotherUserIsRefused() {
        String coupon = coupons.coupon();

        refused(coupons.lock(order(coupon).toBuilder().setUserId("u2").build()), "COUPON_NOT_OWNED");
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void aCouponOfAnotherOrderIsRefused() {
        String coupon = coupons.coupon();
        CouponLockRequest first = order(coupon);
        coupons.lock(first);

        Answer answer = coupons.lock(order(coupon));

        refused(answer, "COUPON_ALREADY_USED");
        assertThat(answer.rpcStatus().toString()).doesNotContain(first.getOrderId());
        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + first.getOrderId());
    }

    @Test
    void aCouponThatIsNotValidYetIsRefused() {
        Answer answer = coupons.lock(
                order(coupons.coupon("UTC_TIMESTAMP(3) + INTERVAL 1 HOUR", "UTC_TIMESTAMP(3) + INTERVAL 1 DAY")));

        refused(answer, "COUPON_NOT_STARTED");
        assertThat(answer.errorInfo().getMetadataMap()).containsKey("valid_from");
    }

    @Test
    void aCouponThatIsNotValidAnyMoreIsRefused() {
        Answer answer = coupons.lock(order(coupons.coupon("UTC_TIMESTAMP(3) - INTERVAL 1 DAY", "UTC_TIMESTAMP(3)")));

        refused(answer, "COUPON_EXPIRED");
        assertThat(answer.errorInfo().getMetadataMap()).containsKey("valid_until");
    }

    @Test
    void anOrderBelowTheMinimumSpendIsRefused() {
        Answer answer = coupons.lock(order(coupons.coupon()).toBuilder()
                .setOrderTotal(money(499))
                .setDiscount(money(499))
                .build());

        refused(answer, "COUPON_MIN_SPEND");
        assertThat(answer.errorInfo().getMetadataMap())
                .containsEntry("min_spend", "500")
                .containsEntry("order_total", "499");
    }

    @Test
    void anyOtherDiscountIsRefused() {
        Money yen = money(1000).toBuilder().setCurrencyCode("JPY").build();
        Answer more = coupons.lock(
                order(coupons.coupon()).toBuilder().setDiscount(money(1001)).build());
        Answer less = coupons.lock(
                order(coupons.coupon()).toBuilder().setDiscount(money(999)).build());
        Answer otherDiscountMoney = coupons.lock(
                order(coupons.coupon()).toBuilder().setDiscount(yen).build());
        Answer otherTotalMoney = coupons.lock(
                order(coupons.coupon()).toBuilder().setOrderTotal(yen).build());

        assertThat(List.of(more, less, otherDiscountMoney, otherTotalMoney))
                .allSatisfy(answer -> refused(answer, "COUPON_CHANGED"));
        assertThat(more.errorInfo().getMetadataMap())
                .containsEntry("expected", "1001")
                .containsEntry("actual", "1000");
        assertThat(otherDiscountMoney.errorInfo().getMetadataMap()).containsEntry("expected_currency", "JPY");
    }

    @Test
    void repeatedCallsTakeEffectOnce() {
        String coupon = coupons.coupon();
        CouponLockRequest order = order(coupon);

        coupons.lock(order);
        assertThat(coupons.lock(order).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + order.getOrderId());
        coupons.unlock(order);
        assertThat(coupons.unlock(order).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void aLateUnlockDoesNotTakeTheCouponFromTheNextOrder() {
        String coupon = coupons.coupon();
        CouponLockRequest first = order(coupon);
        CouponLockRequest second = order(coupon);
        coupons.lock(first);
        coupons.unlock(first);
        coupons.lock(second);

        coupons.forget("compensate");
        assertThat(coupons.unlock(first).code()).isEqualTo(Status.Code.OK);

        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + second.getOrderId());
    }

    @Test
    void repeatedCallsTakeEffectOnceAlsoAfterTheBarrierWasPurged() {
        String coupon = coupons.coupon();
        CouponLockRequest order = order(coupon);

        coupons.lock(order);
        coupons.forget("action");
        assertThat(coupons.lock(order).code()).isEqualTo(Status.Code.OK);
        coupons.unlock(order);
        coupons.forget("compensate");
        assertThat(coupons.unlock(order).code()).isEqualTo(Status.Code.OK);
        coupons.forget("action");
        coupons.forget("compensate");
        assertThat(coupons.lock(order).code()).isEqualTo(Status.Code.OK);

        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void anUnlockWithoutALockDoesNothingAndALateLockNeither() {
        String coupon = coupons.coupon();
        CouponLockRequest order = order(coupon);

        assertThat(coupons.unlock(order).code()).isEqualTo(Status.Code.OK);
        assertThat(coupons.lock(order).code()).isEqualTo(Status.Code.OK);

        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void ofManyOrdersThatWantOneCouponOneGetsIt() throws Exception {
        String coupon = coupons.coupon();
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CouponLockRequest order = order(coupon);
            calls.add(() -> coupons.lock(order));
        }

        List<Answer> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers.stream().filter(answer -> answer.status().isOk())).hasSize(1);
        assertThat(answers.stream().filter(answer -> !answer.status().isOk()))
                .hasSize(7)
                .allSatisfy(answer -> refused(answer, "COUPON_ALREADY_USED"));
    }

    @Test
    void theSchemaItselfForbidsALockWithoutAnOrder() {
        String coupon = coupons.coupon();

        assertThatThrownBy(() ->
                        coupons.database().update("UPDATE coupon SET state = 'LOCKED' WHERE coupon_id = ?", coupon))
                .hasMessageContaining("coupon_locked_by_an_order");
    }

    static List<CouponLockRequest> invalidRequests() {
        CouponLockRequest valid = order("c");
        return List.of(
                CouponLockRequest.getDefaultInstance(),
                valid.toBuilder().clearCouponId().build(),
                valid.toBuilder().clearOrderId().build(),
                valid.toBuilder().clearUserId().build(),
                valid.toBuilder().setUserId("u 1").build(),
                valid.toBuilder().clearOrderTotal().build(),
                valid.toBuilder().clearDiscount().build(),
                valid.toBuilder().setOrderTotal(money(-1)).build(),
                valid.toBuilder().setDiscount(money(-1)).build(),
                valid.toBuilder().setDiscount(Money.getDefaultInstance()).build());
    }

    @ParameterizedTest
    @MethodSource("invalidRequests")
    void invalidRequestsAreRefusedByField(CouponLockRequest request) {
        for (Answer answer : List.of(
                coupons.branch(CouponFixture.LOCK, "action", "invalid", request),
                coupons.branch(CouponFixture.UNLOCK, "compensate", "invalid", request))) {
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
            assertThat(answer.violatedFields()).isNotEmpty();
        }
    }

    @Test
    void nonsenseIsTheCallersMistake() {
        assertThat(RawCalls.nonsense(
                        coupons.service().channel(),
                        CouponBranchesGrpc.getServiceDescriptor(),
                        new BranchContext("place-x", "saga", "03", "action").toMetadata()))
                .hasSize(16)
                .allSatisfy((call, answer) -> assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void onlyACoordinatorMayCall() {
        String coupon = coupons.coupon();

        Answer answer = RawCalls.call(coupons.service().channel(), CouponFixture.LOCK, order(coupon));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly("dtm-gid");
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    private static void refused(Answer answer, String reason) {
        assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(answer.errorInfo().getReason()).isEqualTo(reason);
        assertThat(answer.errorInfo().getDomain()).isEqualTo("coupon.ordersaga");
    }
}
