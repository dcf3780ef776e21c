package io.ordersaga.coupon;

import static io.ordersaga.coupon.CouponFixture.money;
import static io.ordersaga.coupon.CouponFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponLine;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponQuote;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.CouponServiceGrpc.CouponServiceBlockingStub;
import io.ordersaga.coupon.v1.GetCouponRequest;
import io.ordersaga.coupon.v1.ListCouponsRequest;
import io.ordersaga.coupon.v1.ListCouponsResponse;
import io.ordersaga.coupon.v1.QuoteCouponRequest;
import io.ordersaga.coupon.v1.QuoteCouponsRequest;
import io.ordersaga.coupon.v1.VoidCouponRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Coupons from a quote to their end, on the real database: used up, returned, expired, taken back.
@DatabaseTest
class CouponLifeTest {
    private static CouponFixture coupons;
    private static CouponServiceBlockingStub staff;

    @BeforeAll
    static void start(TestDatabase database) {
        coupons = CouponFixture.start(database);
        staff = CouponServiceGrpc.newBlockingStub(coupons.service().channel());
    }

    @AfterAll
    static void stop() {
        coupons.close();
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(coupons.unbalanced()).isEmpty();
    }

    @Test
    void aPaidOrderUsesItsCouponUpAndARefundGivesItBackOnce() {
        String coupon = coupons.claimed();
        CouponLockRequest order = order(coupon);
        coupons.lock(order);

        ok(coupons.consume(order.getOrderId()));
        coupons.forget("action");
        ok(coupons.consume(order.getOrderId()));
        ok(coupons.unlock(order));
        assertThat(coupons.state(coupon)).isEqualTo("USED, " + order.getOrderId());
        assertThat(coupons.lock(order(coupon)).errorInfo().getReason()).isEqualTo("COUPON_ALREADY_USED");

        ok(coupons.giveBack(order.getOrderId(), "r1"));
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
        CouponLockRequest next = order(coupon);
        coupons.lock(next);
        coupons.forget("action");
        ok(coupons.giveBack(order.getOrderId(), "r1"));
        ok(coupons.consume(order.getOrderId()));
        assertThat(coupons.state(coupon)).isEqualTo("LOCKED, " + next.getOrderId());
    }

    /// An order that costs nothing is paid, and may be refunded, before its coupon is used up.
    @Test
    void anOrderThatStillHoldsItsCouponReturnsItWhenItIsUsed() {
        String coupon = coupons.claimed();
        CouponLockRequest order = order(coupon);
        coupons.lock(order);

        assertThat(coupons.giveBack(order.getOrderId(), "r1").code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        ok(coupons.consume(order.getOrderId()));
        ok(coupons.giveBack(order.getOrderId(), "r1"));

        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void anOrderWithoutACouponIsPaidAndRefundedAllTheSame() {
        ok(coupons.consume("o-none"));
        ok(coupons.giveBack("o-none", "r1"));
    }

    @Test
    void anOrderThatGaveItsCouponBackDoesNotUseItUp() {
        String coupon = coupons.coupon();
        CouponLockRequest order = order(coupon);
        coupons.lock(order);
        coupons.unlock(order);

        Answer answer = coupons.consume(order.getOrderId());

        assertThat(answer.code()).isEqualTo(Status.Code.ABORTED);
        assertThat(answer.errorInfo().getReason()).isEqualTo("COUPON_NOT_HELD");
        assertThat(coupons.state(coupon)).isEqualTo("UNUSED, null");
    }

    @Test
    void aCouponThatExpiresWhileItIsLockedIsHonouredAndReturnedAsExpired() {
        String paid = coupons.coupon();
        String cancelled = coupons.coupon();
        CouponLockRequest first = order(paid);
        CouponLockRequest second = order(cancelled);
        coupons.lock(first);
        coupons.lock(second);
        coupons.end(paid);
        coupons.end(cancelled);
        coupons.service().bean(ExpireCoupons.class).run();

        ok(coupons.consume(first.getOrderId()));
        ok(coupons.unlock(second));

        assertThat(coupons.state(paid)).isEqualTo("USED, " + first.getOrderId());
        assertThat(coupons.state(cancelled)).isEqualTo("EXPIRED, null");
        ok(coupons.giveBack(first.getOrderId(), "r1"));
        assertThat(coupons.state(paid)).isEqualTo("EXPIRED, null");
    }

    @Test
    void manyReplicasWriteDownWhatExpiredOnceEach() throws Exception {
        coupons.service().bean(ExpireCoupons.class).run();
        String valid = coupons.coupon();
        coupons.database().update("""
                INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state, valid_from,
                                    valid_until, create_time, update_time)
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
                SELECT CONCAT('old-', i), 'u9', 'CNY', 1, 0, 'UNUSED', '2020-01-01', '2021-01-01', UTC_TIMESTAMP(3),
                       UTC_TIMESTAMP(3)
                FROM n
                """);
        String old = "old-1";
        assertThat(get(old).getState()).isEqualTo(Coupon.State.EXPIRED);
        assertThat(coupons.lock(order(old).toBuilder().setUserId("u9").build())
                        .errorInfo()
                        .getReason())
                .isEqualTo("COUPON_EXPIRED");

        ExpireCoupons job = coupons.service().bean(ExpireCoupons.class);
        List<Callable<Integer>> replicas = List.of(job::run, job::run, job::run, job::run);
        int total = CouponFixture.allAtOnce(replicas).stream()
                .mapToInt(Integer::intValue)
                .sum();
        total += job.run();

        assertThat(total).isEqualTo(900);
        assertThat(coupons.database().rows("SELECT COUNT(*) FROM coupon WHERE user_id = 'u9' AND state = 'EXPIRED'"))
                .containsExactly("900");
        assertThat(coupons.state(valid)).isEqualTo("UNUSED, null");
        coupons.database().update("DELETE FROM coupon WHERE user_id = 'u9'");
    }

    @Test
    void aQuoteSaysWhatLockWouldSay() {
        String tea = coupons.couponOf(
                "u7",
                "kind = 'PERCENT_OFF', value_minor = 0, percent_off_bps = 1500,"
                        + " max_discount_minor = 400, scope = 'PRODUCTS', product_ids = 'tea-1,tea-2'");
        String ten = coupons.couponOf("u7", "min_spend_minor = 500");

        CouponQuote part = quote(tea, line("tea-1", 1999), line("cup", 5000));
        assertThat(part.getEligible()).isTrue();
        assertThat(part.getDiscount()).isEqualTo(money(299));
        assertThat(part.getEligibleProductIdsList()).containsExactly("tea-1");
        assertThat(quote(tea, line("tea-2", 9000)).getDiscount()).isEqualTo(money(400));
        assertThat(quote(tea, line("cup", 5000)).getReason()).isEqualTo("COUPON_NOT_APPLICABLE");
        CouponQuote small = quote(tea, line("tea-1", 499), line("cup", 5000));
        assertThat(small.getReason()).isEqualTo("COUPON_MIN_SPEND");
        assertThat(small.getMetadataMap()).containsEntry("eligible_total", "499");
        assertThat(quote("nothing", line("cup", 1)).getReason()).isEqualTo("COUPON_NOT_FOUND");
        assertThat(quote(coupons.coupon(), line("cup", 5000)).getReason()).isEqualTo("COUPON_NOT_OWNED");
        CouponLine yen = CouponLine.newBuilder()
                .setProductId("cup")
                .setAmount(money(5000).toBuilder().setCurrencyCode("JPY"))
                .build();
        assertThat(quote(ten, yen).getReason()).isEqualTo("CURRENCY_MISMATCH");

        assertThat(staff.quoteCoupons(QuoteCouponsRequest.newBuilder()
                                .setUserId("u7")
                                .addLines(line("tea-1", 1999))
                                .addLines(line("cup", 5000))
                                .build())
                        .getQuotesList())
                .extracting(CouponQuote::getCouponId)
                .containsExactly(ten, tea);

        CouponLockRequest.Builder order = order(tea).toBuilder()
                .setUserId("u7")
                .setOrderTotal(money(6999))
                .setDiscount(money(299));
        assertThat(coupons.lock(order.build()).errorInfo().getReason()).isEqualTo("COUPON_NOT_APPLICABLE");
        order.setOrderId("o-with-lines").addLines(line("tea-1", 1999)).addLines(line("cup", 5000));
        assertThat(coupons.lock(order.clone().setDiscount(money(300)).build())
                        .errorInfo()
                        .getReason())
                .isEqualTo("COUPON_CHANGED");
        coupons.forget("action");
        ok(coupons.lock(order.build()));
    }

    @Test
    void staffTakeBackWhatNoOrderHas() {
        String coupon = coupons.coupon();
        String locked = coupons.coupon();
        coupons.lock(order(locked));
        VoidCouponRequest request = VoidCouponRequest.newBuilder()
                .setCouponId(coupon)
                .setNote("fraud")
                .build();

        Coupon taken = staff.voidCoupon(request);
        assertThat(taken.getState()).isEqualTo(Coupon.State.VOID);
        assertThat(staff.voidCoupon(request)).isEqualTo(taken);
        assertThat(coupons.lock(order(coupon)).errorInfo().getReason()).isEqualTo("COUPON_VOID");
        refused("VoidCoupon", "staff", request.toBuilder().setCouponId(locked).build(), "COUPON_STATE_CONFLICT");
        refused("VoidCoupon", "staff", request.toBuilder().setEtag("1.UNUSED").build(), "ETAG_MISMATCH");
        refused(
                "VoidCoupon",
                "staff",
                request.toBuilder().setCouponId("nothing").build(),
                "COUPON_NOT_FOUND");
        refused("VoidCoupon", "customer", request, "ROLE_MISSING");
    }

    @Test
    void usersSeeTheirOwnCouponsPageByPage() {
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            mine.add(coupons.couponOf("u8", "state = 'UNUSED'"));
        }
        coupons.end(mine.getFirst());
        String others = coupons.coupon();

        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ListCouponsResponse page = staff.listCoupons(ListCouponsRequest.newBuilder()
                    .setUserId("u8")
                    .setPageSize(3)
                    .setPageToken(token)
                    .build());
            page.getCouponsList().forEach(coupon -> seen.add(coupon.getCouponId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(seen).containsExactlyInAnyOrderElementsOf(mine);
        assertThat(states("u8", Coupon.State.UNUSED)).isEqualTo(6);
        assertThat(states("u8", Coupon.State.EXPIRED)).isEqualTo(1);
        assertThat(coupons.call("ListCoupons", "u8", "customer", ListCouponsRequest.getDefaultInstance())
                        .code())
                .isEqualTo(Status.Code.OK);
        refused(
                "ListCoupons",
                "customer",
                ListCouponsRequest.newBuilder().setUserId("u1").build(),
                "ROLE_MISSING");
        refused(
                "GetCoupon",
                "customer",
                GetCouponRequest.newBuilder().setCouponId(others).build(),
                "COUPON_NOT_FOUND");
        refused(
                "ListCoupons",
                "staff",
                ListCouponsRequest.newBuilder().setPageToken("x").build(),
                "INVALID_REQUEST");
        assertThat(coupons.call(
                                "GetCoupon",
                                "u8",
                                "customer",
                                GetCouponRequest.newBuilder()
                                        .setCouponId(mine.getFirst())
                                        .build())
                        .code())
                .isEqualTo(Status.Code.OK);
    }

    private static int states(String userId, Coupon.State state) {
        return staff.listCoupons(ListCouponsRequest.newBuilder()
                        .setUserId(userId)
                        .setState(state)
                        .build())
                .getCouponsCount();
    }

    private static CouponQuote quote(String coupon, CouponLine... lines) {
        return staff.quoteCoupon(QuoteCouponRequest.newBuilder()
                .setUserId("u7")
                .setCouponId(coupon)
                .addAllLines(List.of(lines))
                .build());
    }

    private static CouponLine line(String productId, long amount) {
        return CouponLine.newBuilder()
                .setProductId(productId)
                .setAmount(money(amount))
                .build();
    }

    private static Coupon get(String couponId) {
        return staff.getCoupon(
                GetCouponRequest.newBuilder().setCouponId(couponId).build());
    }

    /// By user `u8` in that role.
    private static void refused(String method, String role, Message request, String reason) {
        assertThat(coupons.call(method, "u8", role, request).errorInfo().getReason())
                .as(method)
                .isEqualTo(reason);
    }

    private static void ok(Answer answer) {
        assertThat(answer.code()).isEqualTo(Status.Code.OK);
    }
}
