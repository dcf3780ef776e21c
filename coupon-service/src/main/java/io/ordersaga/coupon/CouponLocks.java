package io.ordersaga.coupon;

import io.ordersaga.saga.client.BranchRefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Locking a coupon for an order and returning it. Both run within the transaction of their branch, and both do nothing
/// the second time, also when the barrier's memory of the first was purged: the row of the order says it.
final class CouponLocks {
    private CouponLocks() {}

    /// Locks the coupon for the order, or refuses.
    static void lock(CouponTable table, String gid, CouponUse use) {
        if (table.hasLock(use.couponId(), use.orderId())) {
            return;
        }
        if (!table.lock(use)) {
            // With the row locked, what is read is what stopped the statement; if it does no more, the statement
            // succeeds.
            whyNot(use, table.lockedRow(use.couponId())).ifPresent(refusal -> {
                throw refusal;
            });
            if (!table.lock(use)) {
                throw new IllegalStateException("Nothing speaks against %s, but it was not locked".formatted(use));
            }
        }
        table.hold(gid, use.couponId(), use.orderId());
    }

    /// Returns the coupon to its owner, if this order holds it.
    static void unlock(CouponTable table, String couponId, String orderId) {
        if (table.markReturned(couponId, orderId) && !table.unlock(couponId, orderId)) {
            throw new IllegalStateException(
                    "Order %s held coupon %s, but the coupon says otherwise".formatted(orderId, couponId));
        }
    }

    private static Optional<BranchRefusedException> whyNot(CouponUse use, Optional<Coupon> found) {
        if (found.isEmpty()) {
            return refusal("COUPON_NOT_FOUND", "no coupon %s", use);
        }
        Coupon coupon = found.get();
        if (!coupon.userId().equals(use.userId())) {
            return refusal("COUPON_NOT_OWNED", "coupon %s belongs to someone else", use);
        }
        if (coupon.state() != CouponState.UNUSED) {
            return refusal("COUPON_ALREADY_USED", "coupon %s is used by another order", use);
        }
        if (!coupon.started()) {
            return refusal(
                    "COUPON_NOT_STARTED",
                    "coupon %s is not valid yet",
                    use,
                    Map.of("valid_from", coupon.validFrom().toString()));
        }
        if (coupon.ended()) {
            return refusal(
                    "COUPON_EXPIRED",
                    "coupon %s is not valid any more",
                    use,
                    Map.of("valid_until", coupon.validUntil().toString()));
        }
        return whyNotAtThisPrice(use, coupon);
    }

    private static Optional<BranchRefusedException> whyNotAtThisPrice(CouponUse use, Coupon coupon) {
        boolean sameMoney = coupon.currency().equals(use.currency());
        if (sameMoney && use.orderTotal() < coupon.minSpend()) {
            return refusal(
                    "COUPON_MIN_SPEND",
                    "the order is too small for coupon %s",
                    use,
                    Map.of(
                            "min_spend", Long.toString(coupon.minSpend()),
                            "order_total", Long.toString(use.orderTotal())));
        }
        boolean sameDiscount = coupon.discount(use.orderTotal()) == use.discount()
                && coupon.currency().equals(use.discountCurrency());
        if (!sameMoney || !sameDiscount) {
            Map<String, String> worth = new HashMap<>();
            worth.put("expected", Long.toString(use.discount()));
            worth.put("actual", Long.toString(coupon.discount(use.orderTotal())));
            if (!sameMoney || !coupon.currency().equals(use.discountCurrency())) {
                worth.put("expected_currency", use.discountCurrency());
                worth.put("actual_currency", coupon.currency());
            }
            return refusal("COUPON_CHANGED", "coupon %s is worth something else", use, worth);
        }
        return Optional.empty();
    }

    private static Optional<BranchRefusedException> refusal(String reason, String message, CouponUse use) {
        return refusal(reason, message, use, Map.of());
    }

    private static Optional<BranchRefusedException> refusal(
            String reason, String message, CouponUse use, Map<String, String> more) {
        Map<String, String> metadata = new HashMap<>(more);
        metadata.put("coupon_id", use.couponId());
        return Optional.of(new BranchRefusedException(
                CouponServiceApp.DOMAIN.name(), reason, message.formatted(use.couponId()), metadata));
    }
}
