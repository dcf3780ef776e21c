package io.ordersaga.coupon;

import static io.ordersaga.coupon.CouponFixture.amountOff;
import static io.ordersaga.coupon.CouponFixture.money;
import static io.ordersaga.coupon.CouponFixture.percentOff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.ordersaga.coupon.v1.ClaimCouponRequest;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponRule;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.CouponServiceGrpc.CouponServiceBlockingStub;
import io.ordersaga.coupon.v1.CouponTemplate;
import io.ordersaga.coupon.v1.CouponTemplateStateRequest;
import io.ordersaga.coupon.v1.CreateCouponTemplateRequest;
import io.ordersaga.coupon.v1.GetCouponTemplateRequest;
import io.ordersaga.coupon.v1.ListCouponTemplatesRequest;
import io.ordersaga.coupon.v1.UpdateCouponTemplateRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Templates and claims on the real database. After every test the counts of every template are what its
/// coupons say.
@DatabaseTest
class CouponClaimTest {
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
    void aClaimedCouponCarriesTheRuleOfItsTemplate() {
        CouponRule rule = percentOff(1500).toBuilder()
                .setMaxDiscount(money(700))
                .setScope(CouponRule.Scope.PRODUCTS)
                .addProductIds("tea-1")
                .addProductIds("tea-2")
                .build();
        String template = coupons.template(draft(rule).setValidDays(7).build());

        Coupon coupon = claim(template, "u1");

        assertThat(coupon.getRule()).isEqualTo(rule);
        assertThat(coupon.hasValue()).isFalse();
        assertThat(coupon.getState()).isEqualTo(Coupon.State.UNUSED);
        assertThat(coupon.getCouponTemplateId()).isEqualTo(template);
        long days =
                (coupon.getValidUntil().getSeconds() - coupon.getCreateTime().getSeconds()) / 3600;
        assertThat(days).isBetween(7 * 24 - 1L, 7 * 24L);
    }

    @Test
    void ofManyWhoClaimAtOnceNoMoreGetOneThanTheQuotaHas() throws Exception {
        String template =
                coupons.template(draft(amountOff(1000)).setTotalQuota(10).build());

        List<Answer> answers = CouponFixture.allAtOnce(IntStream.range(0, 40)
                .mapToObj(i -> (Callable<Answer>) () -> claimAs("q" + i, template))
                .toList());

        assertThat(answers.stream().filter(answer -> answer.status().isOk())).hasSize(10);
        assertThat(answers.stream().filter(answer -> !answer.status().isOk()))
                .hasSize(30)
                .allSatisfy(answer -> refused(answer, Status.Code.FAILED_PRECONDITION, "COUPON_OUT_OF_QUOTA"));
        assertThat(template(template).getIssuedCount()).isEqualTo(10);
    }

    @Test
    void aUserWhoClaimsManyTimesAtOnceGetsAsManyAsTheLimitAllows() throws Exception {
        String template =
                coupons.template(draft(amountOff(1000)).setPerUserLimit(3).build());
        List<Callable<Answer>> claims = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            claims.add(() -> claimAs("greedy", template));
        }

        List<Answer> answers = CouponFixture.allAtOnce(claims);

        assertThat(answers.stream().filter(answer -> answer.status().isOk())).hasSize(3);
        assertThat(answers.stream().filter(answer -> !answer.status().isOk()))
                .allSatisfy(answer -> refused(answer, Status.Code.FAILED_PRECONDITION, "COUPON_CLAIM_LIMIT"));
        assertThat(template(template).getIssuedCount()).isEqualTo(3);
    }

    @Test
    void aRepeatedClaimWithTheSameRequestIdIsTheSameCoupon() {
        String template =
                coupons.template(draft(amountOff(1000)).setPerUserLimit(3).build());
        ClaimCouponRequest request = ClaimCouponRequest.newBuilder()
                .setCouponTemplateId(template)
                .setUserId("u1")
                .setRequestId("k1")
                .build();

        assertThat(staff.claimCoupon(request)).isEqualTo(staff.claimCoupon(request));

        refused(
                coupons.call(
                        "ClaimCoupon",
                        "",
                        "staff",
                        request.toBuilder().setUserId("u2").build()),
                Status.Code.INVALID_ARGUMENT,
                "IDEMPOTENCY_KEY_REUSED");
        assertThat(template(template).getIssuedCount()).isEqualTo(1);
    }

    @Test
    void onlyAnActiveTemplateCanBeClaimedAndOnlyInItsTime() {
        String template = coupons.draft(draft(amountOff(1000)).build());
        refused(claimAs("u1", template), Status.Code.FAILED_PRECONDITION, "COUPON_TEMPLATE_NOT_ACTIVE");
        refused(claimAs("u1", "nothing"), Status.Code.NOT_FOUND, "COUPON_TEMPLATE_NOT_FOUND");

        staff.activateCouponTemplate(state(template));
        assertThat(claimAs("u1", template).code()).isEqualTo(Status.Code.OK);
        staff.pauseCouponTemplate(state(template));
        refused(claimAs("u2", template), Status.Code.FAILED_PRECONDITION, "COUPON_TEMPLATE_NOT_ACTIVE");
        staff.endCouponTemplate(state(template));
        refused(
                coupons.call("ActivateCouponTemplate", "", "staff", state(template)),
                Status.Code.FAILED_PRECONDITION,
                "COUPON_TEMPLATE_STATE_CONFLICT");
        assertThat(staff.endCouponTemplate(state(template)).getState()).isEqualTo(CouponTemplate.State.ENDED);

        String soon = coupons.template(draft(amountOff(1))
                .setValidFrom(Timestamp.newBuilder().setSeconds(2_200_000_000L))
                .build());
        refused(claimAs("u1", soon), Status.Code.FAILED_PRECONDITION, "COUPON_NOT_STARTED");
        String over = coupons.template(draft(amountOff(1)).build());
        coupons.database()
                .update(
                        "UPDATE coupon_template SET valid_from = '2020-01-01', valid_until = '2021-01-01'"
                                + " WHERE coupon_template_id = ?",
                        over);
        refused(claimAs("u1", over), Status.Code.FAILED_PRECONDITION, "COUPON_EXPIRED");
    }

    @Test
    void templatesAreChangedByTheVersionTheyWereSeenIn() {
        String id = coupons.template(draft(amountOff(1000)).setTotalQuota(5).build());
        CouponTemplate seen = template(id);
        claim(id, "u1");
        claim(id, "u2");

        CouponTemplate changed = staff.updateCouponTemplate(UpdateCouponTemplateRequest.newBuilder()
                .setCouponTemplateId(id)
                .setName("Eleven off")
                .setTotalQuota(2)
                .setEtag(seen.getEtag())
                .build());

        assertThat(changed.getName()).isEqualTo("Eleven off");
        assertThat(changed.getRule()).isEqualTo(seen.getRule());
        UpdateCouponTemplateRequest late = UpdateCouponTemplateRequest.newBuilder()
                .setCouponTemplateId(id)
                .setName("Late")
                .setEtag(seen.getEtag())
                .build();
        refused(coupons.call("UpdateCouponTemplate", "", "staff", late), Status.Code.ABORTED, "ETAG_MISMATCH");
        refused(
                coupons.call(
                        "UpdateCouponTemplate",
                        "",
                        "staff",
                        late.toBuilder().clearEtag().setTotalQuota(1).build()),
                Status.Code.FAILED_PRECONDITION,
                "QUOTA_BELOW_ISSUED");
        refused(claimAs("u3", id), Status.Code.FAILED_PRECONDITION, "COUPON_OUT_OF_QUOTA");
    }

    @Test
    void rulesThatContradictThemselvesAreRefusedByField() {
        invalid(draft(amountOff(0)), "rule.amount_off");
        invalid(draft(amountOff(5).toBuilder().setPercentOffBps(1).build()), "rule.percent_off_bps");
        invalid(draft(amountOff(5).toBuilder().setMaxDiscount(money(1)).build()), "rule.max_discount");
        invalid(draft(percentOff(0)), "rule.percent_off_bps");
        invalid(draft(percentOff(10_001)), "rule.percent_off_bps");
        invalid(draft(percentOff(1).toBuilder().setAmountOff(money(1)).build()), "rule.amount_off");
        invalid(
                draft(percentOff(1).toBuilder()
                        .setMaxDiscount(money(1).toBuilder().setCurrencyCode("JPY"))
                        .build()),
                "rule.max_discount");
        invalid(draft(amountOff(5).toBuilder().addProductIds("1").build()), "rule.product_ids");
        invalid(
                draft(amountOff(5).toBuilder()
                        .setScope(CouponRule.Scope.PRODUCTS)
                        .build()),
                "rule.product_ids");
        invalid(draft(amountOff(5).toBuilder().clearMinSpend().build()), "rule.min_spend");
        invalid(draft(amountOff(5)).clearValidUntil(), "valid_until");
        invalid(draft(amountOff(5)).setValidUntil(Timestamp.newBuilder().setSeconds(1)), "valid_until");
        invalid(draft(amountOff(5)).setValidUntil(Timestamp.newBuilder().setSeconds(1_000_000_000)), "valid_until");
        invalid(draft(amountOff(5)).setValidFrom(Timestamp.newBuilder().setSeconds(4_000_000_000L)), "valid_until");
        CreateCouponTemplateRequest.Builder twice = draft(amountOff(5)).setCouponTemplateId("twice");
        staff.createCouponTemplate(twice.build());
        refused(
                coupons.call("CreateCouponTemplate", "", "staff", twice.build()),
                Status.Code.ALREADY_EXISTS,
                "COUPON_TEMPLATE_EXISTS");
    }

    @Test
    void customersSeeActiveTemplatesAndChangeNone() {
        String active = coupons.template(
                draft(amountOff(1)).setCouponTemplateId("z-active").build());
        String draft =
                coupons.draft(draft(amountOff(1)).setCouponTemplateId("z-draft").build());
        GetCouponTemplateRequest.Builder get = GetCouponTemplateRequest.newBuilder();

        assertThat(coupons.call(
                                "GetCouponTemplate",
                                "u1",
                                "customer",
                                get.setCouponTemplateId(active).build())
                        .code())
                .isEqualTo(Status.Code.OK);
        refused(
                coupons.call(
                        "GetCouponTemplate",
                        "u1",
                        "customer",
                        get.setCouponTemplateId(draft).build()),
                Status.Code.NOT_FOUND,
                "COUPON_TEMPLATE_NOT_FOUND");
        for (String method : List.of("ActivateCouponTemplate", "PauseCouponTemplate", "EndCouponTemplate")) {
            refused(
                    coupons.call(method, "u1", "customer", state(active)),
                    Status.Code.PERMISSION_DENIED,
                    "ROLE_MISSING");
        }
        Message create = draft(amountOff(1)).build();
        refused(
                coupons.call("CreateCouponTemplate", "u1", "customer", create),
                Status.Code.PERMISSION_DENIED,
                "ROLE_MISSING");
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            var page = staff.listCouponTemplates(ListCouponTemplatesRequest.newBuilder()
                    .setPageSize(2)
                    .setPageToken(token)
                    .build());
            page.getCouponTemplatesList().forEach(template -> seen.add(template.getCouponTemplateId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        assertThat(seen).contains(active, draft).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theSchemaItselfForbidsMoreThanTheQuota() {
        String template =
                coupons.template(draft(amountOff(1000)).setTotalQuota(1).build());
        claim(template, "u1");

        assertThatThrownBy(() -> coupons.database()
                        .update("UPDATE coupon_template SET issued_count = 2 WHERE coupon_template_id = ?", template))
                .hasMessageContaining("coupon_template_quota_kept");
        assertThatThrownBy(() -> coupons.database()
                        .update("UPDATE coupon_template SET used_count = 2 WHERE coupon_template_id = ?", template))
                .hasMessageContaining("coupon_template_used_of_issued");
    }

    private static final AtomicInteger DRAFTS = new AtomicInteger();

    private static CreateCouponTemplateRequest.Builder draft(CouponRule rule) {
        return CreateCouponTemplateRequest.newBuilder()
                .setCouponTemplateId("t-%03d".formatted(DRAFTS.incrementAndGet()))
                .setName("Some off")
                .setRule(rule)
                .setValidUntil(Timestamp.newBuilder().setSeconds(2_300_000_000L));
    }

    private static CouponTemplateStateRequest state(String template) {
        return CouponTemplateStateRequest.newBuilder()
                .setCouponTemplateId(template)
                .build();
    }

    private static CouponTemplate template(String id) {
        return staff.getCouponTemplate(
                GetCouponTemplateRequest.newBuilder().setCouponTemplateId(id).build());
    }

    private static Coupon claim(String template, String userId) {
        return staff.claimCoupon(ClaimCouponRequest.newBuilder()
                .setCouponTemplateId(template)
                .setUserId(userId)
                .build());
    }

    /// As a customer, again while the service is too busy to decide.
    private static Answer claimAs(String userId, String template) {
        return CouponFixture.decided(() -> coupons.call(
                "ClaimCoupon",
                userId,
                "customer",
                ClaimCouponRequest.newBuilder().setCouponTemplateId(template).build()));
    }

    private static void invalid(CreateCouponTemplateRequest.Builder request, String field) {
        Answer answer = coupons.call("CreateCouponTemplate", "", "staff", request.build());
        assertThat(answer.code()).as(field).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly(field);
    }

    private static void refused(Answer answer, Status.Code code, String reason) {
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.errorInfo().getReason()).isEqualTo(reason);
    }
}
