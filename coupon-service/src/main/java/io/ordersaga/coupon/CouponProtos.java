package io.ordersaga.coupon;

import com.google.protobuf.Timestamp;
import io.ordersaga.coupon.v1.CouponLine;
import io.ordersaga.coupon.v1.CouponLockRequest;
import io.ordersaga.coupon.v1.CouponQuote;
import io.ordersaga.coupon.v1.UpdateCouponTemplateRequest;
import io.ordersaga.type.v1.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Between the contract and our records. What comes from the contract as a template is in
/// [CouponTemplateProtos].
final class CouponProtos {
    private CouponProtos() {}

    static io.ordersaga.coupon.v1.Coupon toProto(Coupon coupon) {
        CouponRule rule = coupon.rule();
        io.ordersaga.coupon.v1.Coupon.Builder proto = io.ordersaga.coupon.v1.Coupon.newBuilder()
                .setCouponId(coupon.couponId())
                .setUserId(coupon.userId())
                .setMinSpend(money(rule.minSpendMinor(), rule.currency()))
                .setState(toProto(coupon.stateNow()))
                .setValidFrom(timestamp(coupon.validFrom()))
                .setValidUntil(timestamp(coupon.validUntil()))
                .setRule(toProto(rule))
                .setCreateTime(timestamp(coupon.createTime()))
                .setUpdateTime(timestamp(coupon.updateTime()))
                .setEtag(coupon.etag());
        if (rule.kind() == CouponRule.Kind.AMOUNT_OFF) {
            proto.setValue(money(rule.valueMinor(), rule.currency()));
        }
        @Nullable String orderId = coupon.orderId();
        if (orderId != null) {
            proto.setOrderId(orderId);
        }
        @Nullable String templateId = coupon.couponTemplateId();
        if (templateId != null) {
            proto.setCouponTemplateId(templateId);
        }
        return proto.build();
    }

    static io.ordersaga.coupon.v1.CouponRule toProto(CouponRule rule) {
        io.ordersaga.coupon.v1.CouponRule.Builder proto = io.ordersaga.coupon.v1.CouponRule.newBuilder()
                .setMinSpend(money(rule.minSpendMinor(), rule.currency()))
                .addAllProductIds(rule.products());
        switch (rule.scope()) {
            case ALL -> proto.setScope(io.ordersaga.coupon.v1.CouponRule.Scope.ALL);
            case PRODUCTS -> proto.setScope(io.ordersaga.coupon.v1.CouponRule.Scope.PRODUCTS);
        }
        switch (rule.kind()) {
            case AMOUNT_OFF ->
                proto.setKind(io.ordersaga.coupon.v1.CouponRule.Kind.AMOUNT_OFF)
                        .setAmountOff(money(rule.valueMinor(), rule.currency()));
            case PERCENT_OFF -> {
                proto.setKind(io.ordersaga.coupon.v1.CouponRule.Kind.PERCENT_OFF)
                        .setPercentOffBps(rule.percentOffBps());
                @Nullable Long max = rule.maxDiscountMinor();
                if (max != null) {
                    proto.setMaxDiscount(money(max, rule.currency()));
                }
            }
        }
        return proto.build();
    }

    static io.ordersaga.coupon.v1.CouponTemplate toProto(CouponTemplate template) {
        return io.ordersaga.coupon.v1.CouponTemplate.newBuilder()
                .setCouponTemplateId(template.couponTemplateId())
                .setName(template.name())
                .setRule(toProto(template.rule()))
                .setValidFrom(timestamp(template.validFrom()))
                .setValidUntil(timestamp(template.validUntil()))
                .setValidDays(template.validDays())
                .setTotalQuota(template.totalQuota())
                .setPerUserLimit(template.perUserLimit())
                .setIssuedCount(template.issuedCount())
                .setUsedCount(template.usedCount())
                .setState(toProto(template.state()))
                .setCreateTime(timestamp(template.createTime()))
                .setUpdateTime(timestamp(template.updateTime()))
                .setEtag(template.etag())
                .build();
    }

    /// What Lock would say to the user with this basket.
    static CouponQuote quote(Coupon coupon, String userId, Basket basket) {
        CouponRule rule = coupon.rule();
        if (!basket.isIn(rule.currency())) {
            return refused(new Objection(
                            "CURRENCY_MISMATCH",
                            "coupon %s is in %s, the order in %s"
                                    .formatted(coupon.couponId(), rule.currency(), basket.currency()),
                            Map.of("coupon_id", coupon.couponId(), "currency", rule.currency())))
                    .setCouponId(coupon.couponId())
                    .setDiscount(money(0, basket.currency()))
                    .build();
        }
        Optional<Objection> objection = Objection.to(coupon, userId, basket);
        return objection
                .map(CouponProtos::refused)
                .orElseGet(() -> CouponQuote.newBuilder()
                        .setEligible(true)
                        .addAllEligibleProductIds(basket.eligibleProducts(rule)))
                .setCouponId(coupon.couponId())
                .setDiscount(
                        money(objection.isPresent() ? 0 : rule.discount(basket.eligibleTotal(rule)), basket.currency()))
                .build();
    }

    /// A quote that says no.
    static CouponQuote.Builder refused(Objection objection) {
        return CouponQuote.newBuilder()
                .setReason(objection.reason())
                .setMessage(objection.message())
                .putAllMetadata(objection.metadata());
    }

    static CouponUse use(CouponLockRequest request) {
        return new CouponUse(
                request.getCouponId(),
                request.getOrderId(),
                request.getUserId(),
                new Basket(
                        request.getOrderTotal().getCurrencyCode(),
                        request.getOrderTotal().getAmountMinor(),
                        lines(request.getLinesList())),
                request.getDiscount().getAmountMinor(),
                request.getDiscount().getCurrencyCode());
    }

    /// Refuses lines of different currencies.
    static Basket basket(List<CouponLine> lines) {
        String currency = lines.getFirst().getAmount().getCurrencyCode();
        long total = 0;
        for (CouponLine line : lines) {
            if (!line.getAmount().getCurrencyCode().equals(currency)) {
                throw CouponServiceApp.DOMAIN.invalidField("lines", "all amounts must be in one currency");
            }
            total = Math.addExact(total, line.getAmount().getAmountMinor());
        }
        return new Basket(currency, total, lines(lines));
    }

    static CouponTemplateChange change(UpdateCouponTemplateRequest request) {
        return new CouponTemplateChange(
                request.getCouponTemplateId(),
                request.hasName() ? request.getName() : null,
                request.hasTotalQuota() ? (Long) request.getTotalQuota() : null,
                request.hasPerUserLimit() ? (Integer) request.getPerUserLimit() : null,
                request.hasValidUntil() ? instant(request.getValidUntil()) : null,
                request.getEtag());
    }

    /// Of unspecified, empty.
    static String stateName(io.ordersaga.coupon.v1.Coupon.State state) {
        return state == io.ordersaga.coupon.v1.Coupon.State.STATE_UNSPECIFIED ? "" : state.name();
    }

    /// In the precision that the database keeps.
    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochMilli(
                Math.addExact(Math.multiplyExact(timestamp.getSeconds(), 1000), timestamp.getNanos() / 1_000_000));
    }

    private static List<Basket.Line> lines(List<CouponLine> lines) {
        return lines.stream()
                .map(line -> new Basket.Line(
                        line.getProductId(),
                        line.getAmount().getCurrencyCode(),
                        line.getAmount().getAmountMinor()))
                .toList();
    }

    private static io.ordersaga.coupon.v1.Coupon.State toProto(CouponState state) {
        return switch (state) {
            case UNUSED -> io.ordersaga.coupon.v1.Coupon.State.UNUSED;
            case LOCKED -> io.ordersaga.coupon.v1.Coupon.State.LOCKED;
            case USED -> io.ordersaga.coupon.v1.Coupon.State.USED;
            case EXPIRED -> io.ordersaga.coupon.v1.Coupon.State.EXPIRED;
            case VOID -> io.ordersaga.coupon.v1.Coupon.State.VOID;
        };
    }

    private static io.ordersaga.coupon.v1.CouponTemplate.State toProto(CouponTemplate.State state) {
        return switch (state) {
            case DRAFT -> io.ordersaga.coupon.v1.CouponTemplate.State.DRAFT;
            case ACTIVE -> io.ordersaga.coupon.v1.CouponTemplate.State.ACTIVE;
            case PAUSED -> io.ordersaga.coupon.v1.CouponTemplate.State.PAUSED;
            case ENDED -> io.ordersaga.coupon.v1.CouponTemplate.State.ENDED;
        };
    }

    private static Money money(long amount, String currency) {
        return Money.newBuilder()
                .setCurrencyCode(currency)
                .setAmountMinor(amount)
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
