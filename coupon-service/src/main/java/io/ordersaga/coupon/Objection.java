package io.ordersaga.coupon;

import io.ordersaga.saga.client.BranchRefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Why a coupon cannot be used for an order.
///
/// @param reason as in the contract
/// @param metadata what belongs to it; the coupon's id always does
record Objection(String reason, String message, Map<String, String> metadata) {
    Objection {
        metadata = Map.copyOf(metadata);
    }

    /// Why the user cannot use the coupon now for this basket; empty when nothing speaks against it.
    static Optional<Objection> to(Coupon coupon, String userId, Basket basket) {
        if (!coupon.userId().equals(userId)) {
            return objection(coupon, "COUPON_NOT_OWNED", "coupon %s belongs to someone else", Map.of());
        }
        return switch (coupon.state()) {
            case LOCKED, USED ->
                objection(coupon, "COUPON_ALREADY_USED", "coupon %s is used by another order", Map.of());
            case VOID -> objection(coupon, "COUPON_VOID", "coupon %s was taken back", Map.of());
            case EXPIRED -> expired(coupon);
            case UNUSED -> toTime(coupon).or(() -> toBasket(coupon, basket));
        };
    }

    static Objection notFound(String couponId) {
        return new Objection("COUPON_NOT_FOUND", "no coupon " + couponId, Map.of("coupon_id", couponId));
    }

    /// The order was priced with another discount than the coupon is worth.
    static Objection changed(Coupon coupon, CouponUse use, long worth) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("expected", Long.toString(use.discountMinor()));
        metadata.put("actual", Long.toString(worth));
        String currency = coupon.rule().currency();
        if (!use.basket().isIn(currency) || !currency.equals(use.discountCurrency())) {
            metadata.put("expected_currency", use.discountCurrency());
            metadata.put("actual_currency", currency);
        }
        return of(coupon, "COUPON_CHANGED", "coupon %s is worth something else", metadata);
    }

    /// To be thrown by a branch.
    BranchRefusedException refusal() {
        return new BranchRefusedException(CouponServiceApp.DOMAIN.name(), reason, message, metadata);
    }

    private static Optional<Objection> toTime(Coupon coupon) {
        if (!coupon.started()) {
            return objection(
                    coupon,
                    "COUPON_NOT_STARTED",
                    "coupon %s is not valid yet",
                    Map.of("valid_from", coupon.validFrom().toString()));
        }
        return coupon.ended() ? expired(coupon) : Optional.empty();
    }

    private static Optional<Objection> toBasket(Coupon coupon, Basket basket) {
        CouponRule rule = coupon.rule();
        if (!basket.isIn(rule.currency())) {
            // Told by whoever compares the money: here there is nothing to compare a smallest total with.
            return Optional.empty();
        }
        if (rule.scope() == CouponRule.Scope.PRODUCTS
                && basket.eligibleProducts(rule).isEmpty()) {
            return objection(
                    coupon, "COUPON_NOT_APPLICABLE", "coupon %s is for none of the order's products", Map.of());
        }
        long eligible = basket.eligibleTotal(rule);
        if (eligible < rule.minSpendMinor()) {
            return objection(
                    coupon,
                    "COUPON_MIN_SPEND",
                    "the order is too small for coupon %s",
                    Map.of(
                            "min_spend", Long.toString(rule.minSpendMinor()),
                            "order_total", Long.toString(basket.totalMinor()),
                            "eligible_total", Long.toString(eligible)));
        }
        return Optional.empty();
    }

    private static Optional<Objection> expired(Coupon coupon) {
        return objection(
                coupon,
                "COUPON_EXPIRED",
                "coupon %s is not valid any more",
                Map.of("valid_until", coupon.validUntil().toString()));
    }

    private static Optional<Objection> objection(
            Coupon coupon, String reason, String message, Map<String, String> metadata) {
        return Optional.of(of(coupon, reason, message, metadata));
    }

    private static Objection of(Coupon coupon, String reason, String message, Map<String, String> more) {
        Map<String, String> metadata = new HashMap<>(more);
        metadata.put("coupon_id", coupon.couponId());
        return new Objection(reason, message.formatted(coupon.couponId()), metadata);
    }
}
