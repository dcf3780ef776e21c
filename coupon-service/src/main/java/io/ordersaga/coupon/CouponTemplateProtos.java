package io.ordersaga.coupon;

import io.ordersaga.coupon.v1.CreateCouponTemplateRequest;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.type.v1.Money;
import java.time.Instant;
import java.util.UUID;

/// A new template out of the contract, and what its fields must say together.
final class CouponTemplateProtos {
    private CouponTemplateProtos() {}

    /// Refuses times that contradict each other.
    ///
    /// @param now when it begins when the request does not say
    static NewCouponTemplate template(CreateCouponTemplateRequest request, Instant now) {
        Instant from = request.hasValidFrom() ? CouponProtos.instant(request.getValidFrom()) : now;
        Instant until = CouponProtos.instant(request.getValidUntil());
        if (!until.isAfter(from)) {
            throw invalid("valid_until", "must be after valid_from");
        }
        return new NewCouponTemplate(
                request.getCouponTemplateId().isEmpty()
                        ? "t" + UUID.randomUUID().toString().replace("-", "")
                        : request.getCouponTemplateId(),
                request.getName(),
                from,
                until,
                request.getValidDays(),
                request.getTotalQuota(),
                request.getPerUserLimit() == 0 ? 1 : request.getPerUserLimit());
    }

    /// Refuses a rule whose fields contradict each other.
    static CouponRule rule(io.ordersaga.coupon.v1.CouponRule rule) {
        return switch (rule.getKind()) {
            case AMOUNT_OFF -> amountOff(rule);
            case PERCENT_OFF -> percentOff(rule);
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw invalid("rule.kind", "must be AMOUNT_OFF or PERCENT_OFF");
        };
    }

    private static CouponRule amountOff(io.ordersaga.coupon.v1.CouponRule rule) {
        if (rule.getAmountOff().getAmountMinor() < 1) {
            throw invalid("rule.amount_off", "must be more than 0 of an AMOUNT_OFF");
        }
        if (rule.getPercentOffBps() != 0) {
            throw invalid("rule.percent_off_bps", "must not be set of an AMOUNT_OFF");
        }
        if (rule.hasMaxDiscount()) {
            throw invalid("rule.max_discount", "must not be set of an AMOUNT_OFF");
        }
        return new CouponRule(
                CouponRule.Kind.AMOUNT_OFF,
                currency(rule, rule.getAmountOff(), "rule.amount_off"),
                rule.getAmountOff().getAmountMinor(),
                0,
                null,
                rule.getMinSpend().getAmountMinor(),
                scope(rule),
                String.join(",", rule.getProductIdsList()));
    }

    private static CouponRule percentOff(io.ordersaga.coupon.v1.CouponRule rule) {
        if (rule.getPercentOffBps() < 1) {
            throw invalid("rule.percent_off_bps", "must be more than 0 of a PERCENT_OFF");
        }
        if (rule.hasAmountOff()) {
            throw invalid("rule.amount_off", "must not be set of a PERCENT_OFF");
        }
        return new CouponRule(
                CouponRule.Kind.PERCENT_OFF,
                rule.hasMaxDiscount()
                        ? currency(rule, rule.getMaxDiscount(), "rule.max_discount")
                        : rule.getMinSpend().getCurrencyCode(),
                0,
                rule.getPercentOffBps(),
                rule.hasMaxDiscount() ? (Long) rule.getMaxDiscount().getAmountMinor() : null,
                rule.getMinSpend().getAmountMinor(),
                scope(rule),
                String.join(",", rule.getProductIdsList()));
    }

    private static String currency(io.ordersaga.coupon.v1.CouponRule rule, Money money, String field) {
        if (!money.getCurrencyCode().equals(rule.getMinSpend().getCurrencyCode())) {
            throw invalid(field, "must be in the currency of min_spend");
        }
        return money.getCurrencyCode();
    }

    private static CouponRule.Scope scope(io.ordersaga.coupon.v1.CouponRule rule) {
        boolean named = rule.getProductIdsCount() > 0;
        return switch (rule.getScope()) {
            case ALL -> {
                if (named) {
                    throw invalid("rule.product_ids", "must be empty of scope ALL");
                }
                yield CouponRule.Scope.ALL;
            }
            case PRODUCTS -> {
                if (!named) {
                    throw invalid("rule.product_ids", "must name the products of scope PRODUCTS");
                }
                yield CouponRule.Scope.PRODUCTS;
            }
            case SCOPE_UNSPECIFIED, UNRECOGNIZED -> throw invalid("rule.scope", "must be ALL or PRODUCTS");
        };
    }

    private static RefusalException invalid(String field, String description) {
        return CouponServiceApp.DOMAIN.invalidField(field, description);
    }
}
