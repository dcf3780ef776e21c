package io.ordersaga.coupon;

import io.grpc.Status;
import io.ordersaga.coupon.CouponTemplate.State;
import io.ordersaga.kit.RefusalException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What staff do to templates, and customers with them. Each runs within one transaction.
final class CouponTemplates {
    private CouponTemplates() {}

    /// Makes a template in state DRAFT, or refuses.
    static CouponTemplate add(CouponTable table, NewCouponTemplate template, CouponRule rule) {
        String id = template.couponTemplateId();
        if (!table.addTemplate(template, rule)) {
            throw refusal(Status.Code.ALREADY_EXISTS, "COUPON_TEMPLATE_EXISTS", "there is a template %s", id, Map.of());
        }
        return get(table, id);
    }

    /// Changes what `change` names, or refuses.
    static CouponTemplate change(CouponTable table, CouponTemplateChange change) {
        CouponTemplate template = locked(table, change.couponTemplateId(), change.etag());
        @Nullable Long quota = change.totalQuota();
        if (quota != null && quota != 0 && quota < template.issuedCount()) {
            throw refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "QUOTA_BELOW_ISSUED",
                    "more coupons of template %s were claimed",
                    template.couponTemplateId(),
                    Map.of("issued_count", Long.toString(template.issuedCount())));
        }
        @Nullable Instant until = change.validUntil();
        if (until != null && !until.isAfter(template.validFrom())) {
            throw CouponServiceApp.DOMAIN.invalidField("valid_until", "must be after valid_from");
        }
        table.changeTemplate(change);
        return get(table, template.couponTemplateId());
    }

    /// Changes the state, or refuses; a template that is in it already is left alone.
    static CouponTemplate changeState(CouponTable table, String id, String etag, State next) {
        CouponTemplate template = locked(table, id, etag);
        if (template.state() == next) {
            return template;
        }
        if (!template.state().mayBecome(next)) {
            throw refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "COUPON_TEMPLATE_STATE_CONFLICT",
                    "template %s is " + template.state(),
                    id,
                    Map.of("state", template.state().name()));
        }
        if (!table.changeTemplateState(id, template.state(), next)) {
            throw new IllegalStateException("Template " + id + " changed while it was locked");
        }
        return get(table, id);
    }

    /// Gives the user a coupon of the template, or refuses.
    static Coupon claim(CouponTable table, String id, String userId) {
        if (!table.countIssued(id)) {
            // With the row locked, what is read is what stopped the statement; if it does no more, the statement
            // succeeds.
            whyNot(table.lockedTemplate(id).orElseThrow(() -> notFound(id))).ifPresent(refusal -> {
                throw refusal;
            });
            if (!table.countIssued(id)) {
                throw new IllegalStateException("Nothing speaks against a claim of " + id + ", but it was not counted");
            }
        }
        // Whoever else claims waits for the row of the template, so this is the user's next number.
        int claimNo = table.claims(id, userId) + 1;
        String couponId = "c" + UUID.randomUUID().toString().replace("-", "");
        if (!table.issue(id, couponId, userId, claimNo)) {
            throw refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "COUPON_CLAIM_LIMIT",
                    "the user claimed template %s as often as it allows",
                    id,
                    Map.of("per_user_limit", Integer.toString(claimNo - 1)));
        }
        return table.coupon(couponId).orElseThrow();
    }

    static CouponTemplate get(CouponTable table, String id) {
        return table.template(id).orElseThrow(() -> notFound(id));
    }

    static RefusalException notFound(String id) {
        return refusal(Status.Code.NOT_FOUND, "COUPON_TEMPLATE_NOT_FOUND", "no template %s", id, Map.of());
    }

    private static CouponTemplate locked(CouponTable table, String id, String etag) {
        CouponTemplate template = table.lockedTemplate(id).orElseThrow(() -> notFound(id));
        if (!etag.isEmpty() && !template.hasVersionOf(etag)) {
            throw refusal(Status.Code.ABORTED, "ETAG_MISMATCH", "template %s was changed since", id, Map.of());
        }
        return template;
    }

    private static Optional<RefusalException> whyNot(CouponTemplate template) {
        if (template.state() != State.ACTIVE) {
            return no("COUPON_TEMPLATE_NOT_ACTIVE", "template %s cannot be claimed now", template, Map.of());
        }
        if (!template.started()) {
            return no(
                    "COUPON_NOT_STARTED",
                    "template %s cannot be claimed yet",
                    template,
                    Map.of("valid_from", template.validFrom().toString()));
        }
        if (template.ended()) {
            return no(
                    "COUPON_EXPIRED",
                    "template %s cannot be claimed any more",
                    template,
                    Map.of("valid_until", template.validUntil().toString()));
        }
        if (template.totalQuota() != 0 && template.issuedCount() >= template.totalQuota()) {
            return no(
                    "COUPON_OUT_OF_QUOTA",
                    "all coupons of template %s are claimed",
                    template,
                    Map.of("total_quota", Long.toString(template.totalQuota())));
        }
        return Optional.empty();
    }

    private static Optional<RefusalException> no(
            String reason, String message, CouponTemplate template, Map<String, String> more) {
        return Optional.of(
                refusal(Status.Code.FAILED_PRECONDITION, reason, message, template.couponTemplateId(), more));
    }

    private static RefusalException refusal(
            Status.Code code, String reason, String message, String id, Map<String, String> more) {
        Map<String, String> metadata = new HashMap<>(more);
        metadata.put("coupon_template_id", id);
        return CouponServiceApp.DOMAIN.refusal(code, reason, message.formatted(id), metadata);
    }
}
