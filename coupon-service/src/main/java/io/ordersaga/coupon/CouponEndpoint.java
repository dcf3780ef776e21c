package io.ordersaga.coupon;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coupon.v1.ClaimCouponRequest;
import io.ordersaga.coupon.v1.CouponQuote;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.CouponTemplateStateRequest;
import io.ordersaga.coupon.v1.CreateCouponTemplateRequest;
import io.ordersaga.coupon.v1.GetCouponRequest;
import io.ordersaga.coupon.v1.GetCouponTemplateRequest;
import io.ordersaga.coupon.v1.ListCouponTemplatesRequest;
import io.ordersaga.coupon.v1.ListCouponTemplatesResponse;
import io.ordersaga.coupon.v1.ListCouponsRequest;
import io.ordersaga.coupon.v1.ListCouponsResponse;
import io.ordersaga.coupon.v1.QuoteCouponRequest;
import io.ordersaga.coupon.v1.QuoteCouponsRequest;
import io.ordersaga.coupon.v1.QuoteCouponsResponse;
import io.ordersaga.coupon.v1.UpdateCouponTemplateRequest;
import io.ordersaga.coupon.v1.VoidCouponRequest;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.IdempotentRequest;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.kit.RefusalException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.grpc.server.service.GrpcService;

/// What users may ask about their coupons, what they may claim, and what staff may do.
@GrpcService
class CouponEndpoint extends CouponServiceGrpc.CouponServiceImplBase {
    private static final Comparator<CouponQuote> MOST_OFF_FIRST = Comparator.comparingLong(
                    (CouponQuote quote) -> quote.getDiscount().getAmountMinor())
            .reversed();

    private final CouponTable table;
    private final IdempotentRequests requests;
    private final CouponConfig config;

    CouponEndpoint(CouponTable table, IdempotentRequests requests, CouponConfig config) {
        this.table = table;
        this.requests = requests;
        this.config = config;
    }

    @Override
    public void getCoupon(GetCouponRequest request, StreamObserver<io.ordersaga.coupon.v1.Coupon> observer) {
        answer(
                observer,
                CouponProtos.toProto(
                        visible(request.getCouponId()).orElseThrow(() -> notFound(request.getCouponId()))));
    }

    @Override
    public void listCoupons(ListCouponsRequest request, StreamObserver<ListCouponsResponse> observer) {
        String userId = Caller.current().actingFor(request.getUserId());
        String token = request.getPageToken();
        PageToken.Position after = token.isEmpty()
                ? PageToken.Position.FIRST
                : PageToken.coupon(token).orElseThrow(CouponEndpoint::foreignToken);
        int size = config.pageSize(request.getPageSize());
        // One more than the page, to know whether there is another.
        List<Coupon> found = table.couponsBefore(
                userId,
                UtcText.of(after.createTime()),
                after.couponId(),
                CouponProtos.stateName(request.getState()),
                size + 1);
        List<Coupon> page = found.subList(0, Math.min(size, found.size()));
        ListCouponsResponse.Builder response = ListCouponsResponse.newBuilder()
                .addAllCoupons(page.stream().map(CouponProtos::toProto).toList());
        if (found.size() > size) {
            response.setNextPageToken(PageToken.ofCoupon(page.getLast()));
        }
        answer(observer, response.build());
    }

    @Override
    public void quoteCoupon(QuoteCouponRequest request, StreamObserver<CouponQuote> observer) {
        String userId = Caller.current().actingFor(request.getUserId());
        Basket basket = CouponProtos.basket(request.getLinesList());
        answer(
                observer,
                visible(request.getCouponId())
                        .map(coupon -> CouponProtos.quote(coupon, userId, basket))
                        .orElseGet(() -> CouponProtos.refused(Objection.notFound(request.getCouponId()))
                                .setCouponId(request.getCouponId())
                                .build()));
    }

    @Override
    public void quoteCoupons(QuoteCouponsRequest request, StreamObserver<QuoteCouponsResponse> observer) {
        String userId = Caller.current().actingFor(request.getUserId());
        Basket basket = CouponProtos.basket(request.getLinesList());
        answer(
                observer,
                QuoteCouponsResponse.newBuilder()
                        .addAllQuotes(table.usable(userId, config.quotedMax()).stream()
                                .map(coupon -> CouponProtos.quote(coupon, userId, basket))
                                .filter(CouponQuote::getEligible)
                                .sorted(MOST_OFF_FIRST)
                                .toList())
                        .build());
    }

    @Override
    public void voidCoupon(VoidCouponRequest request, StreamObserver<io.ordersaga.coupon.v1.Coupon> observer) {
        Caller.current().requireStaff();
        answer(
                observer,
                requests.inTransaction(CouponTable.class, coupons -> CouponProtos.toProto(voided(coupons, request))));
    }

    @Override
    public void createCouponTemplate(
            CreateCouponTemplateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        Caller.current().requireStaff();
        CouponRule rule = CouponTemplateProtos.rule(request.getRule());
        NewCouponTemplate template = CouponTemplateProtos.template(request, table.now());
        answer(
                observer,
                requests.run(
                        new IdempotentRequest<>(
                                request.getRequestId(),
                                request,
                                io.ordersaga.coupon.v1.CouponTemplate.getDefaultInstance()),
                        CouponTable.class,
                        coupons -> CouponProtos.toProto(CouponTemplates.add(coupons, template, rule))));
    }

    @Override
    public void getCouponTemplate(
            GetCouponTemplateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        CouponTemplate template = CouponTemplates.get(table, request.getCouponTemplateId());
        if (template.state() != CouponTemplate.State.ACTIVE && !Caller.current().staff()) {
            throw CouponTemplates.notFound(template.couponTemplateId());
        }
        answer(observer, CouponProtos.toProto(template));
    }

    @Override
    public void listCouponTemplates(
            ListCouponTemplatesRequest request, StreamObserver<ListCouponTemplatesResponse> observer) {
        String token = request.getPageToken();
        String after = token.isEmpty() ? "" : PageToken.template(token).orElseThrow(CouponEndpoint::foreignToken);
        int size = config.pageSize(request.getPageSize());
        List<CouponTemplate> found = Caller.current().staff()
                ? table.templatesAfter(after, size + 1)
                : table.activeTemplatesAfter(after, size + 1);
        List<CouponTemplate> page = found.subList(0, Math.min(size, found.size()));
        ListCouponTemplatesResponse.Builder response = ListCouponTemplatesResponse.newBuilder()
                .addAllCouponTemplates(page.stream().map(CouponProtos::toProto).toList());
        if (found.size() > size) {
            response.setNextPageToken(PageToken.ofTemplate(page.getLast().couponTemplateId()));
        }
        answer(observer, response.build());
    }

    @Override
    public void updateCouponTemplate(
            UpdateCouponTemplateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        Caller.current().requireStaff();
        CouponTemplateChange change = CouponProtos.change(request);
        answer(
                observer,
                requests.inTransaction(
                        CouponTable.class, coupons -> CouponProtos.toProto(CouponTemplates.change(coupons, change))));
    }

    @Override
    public void activateCouponTemplate(
            CouponTemplateStateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        answer(observer, changeState(request, CouponTemplate.State.ACTIVE));
    }

    @Override
    public void pauseCouponTemplate(
            CouponTemplateStateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        answer(observer, changeState(request, CouponTemplate.State.PAUSED));
    }

    @Override
    public void endCouponTemplate(
            CouponTemplateStateRequest request, StreamObserver<io.ordersaga.coupon.v1.CouponTemplate> observer) {
        answer(observer, changeState(request, CouponTemplate.State.ENDED));
    }

    @Override
    public void claimCoupon(ClaimCouponRequest request, StreamObserver<io.ordersaga.coupon.v1.Coupon> observer) {
        String userId = Caller.current().actingFor(request.getUserId());
        answer(
                observer,
                requests.run(
                        new IdempotentRequest<>(
                                request.getRequestId(), request, io.ordersaga.coupon.v1.Coupon.getDefaultInstance()),
                        CouponTable.class,
                        coupons -> CouponProtos.toProto(
                                CouponTemplates.claim(coupons, request.getCouponTemplateId(), userId))));
    }

    private io.ordersaga.coupon.v1.CouponTemplate changeState(
            CouponTemplateStateRequest request, CouponTemplate.State next) {
        Caller.current().requireStaff();
        return requests.inTransaction(
                CouponTable.class,
                coupons -> CouponProtos.toProto(
                        CouponTemplates.changeState(coupons, request.getCouponTemplateId(), request.getEtag(), next)));
    }

    private static Coupon voided(CouponTable coupons, VoidCouponRequest request) {
        Coupon coupon = coupons.lockedRow(request.getCouponId()).orElseThrow(() -> notFound(request.getCouponId()));
        if (!request.getEtag().isEmpty() && !request.getEtag().equals(coupon.etag())) {
            throw refusal(Status.Code.ABORTED, "ETAG_MISMATCH", "was changed since", coupon);
        }
        if (coupon.state() == CouponState.VOID) {
            return coupon;
        }
        if (!coupons.takeBack(coupon.couponId(), request.getNote())) {
            throw refusal(Status.Code.FAILED_PRECONDITION, "COUPON_STATE_CONFLICT", "is " + coupon.stateNow(), coupon);
        }
        return coupons.coupon(coupon.couponId()).orElseThrow();
    }

    /// The coupon, if the caller may see it.
    private Optional<Coupon> visible(String couponId) {
        Caller caller = Caller.current();
        return caller.staff() ? table.coupon(couponId) : table.couponOf(caller.requireUser(), couponId);
    }

    private static RefusalException notFound(String couponId) {
        return CouponServiceApp.DOMAIN.refusal(
                Status.Code.NOT_FOUND, "COUPON_NOT_FOUND", "no coupon " + couponId, Map.of("coupon_id", couponId));
    }

    private static RefusalException refusal(Status.Code code, String reason, String what, Coupon coupon) {
        return CouponServiceApp.DOMAIN.refusal(
                code,
                reason,
                "coupon %s %s".formatted(coupon.couponId(), what),
                Map.of(
                        "coupon_id",
                        coupon.couponId(),
                        "state",
                        coupon.stateNow().name()));
    }

    private static RuntimeException foreignToken() {
        return CouponServiceApp.DOMAIN.invalidField("page_token", "not a next_page_token of this method");
    }

    private static <A extends Message> void answer(StreamObserver<A> observer, A answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
