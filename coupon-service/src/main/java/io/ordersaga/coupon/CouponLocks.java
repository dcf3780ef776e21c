package io.ordersaga.coupon;

import io.grpc.Status;
import io.ordersaga.saga.client.BranchRefusedException;
import java.util.List;
import java.util.Map;

/// What an order does with a coupon: locking it, giving it back, using it up, and getting it back when it
/// is refunded. Each runs within the transaction of its branch, and does nothing the second time, also when
/// the barrier's memory of the first was purged: the row of the order says it.
final class CouponLocks {
    /// What the row of the order says.
    private static final String HELD = "HELD";

    private static final String CONSUMED = "CONSUMED";
    private static final String RETURNED = "RETURNED";

    private CouponLocks() {}

    /// Locks the coupon for the order, or refuses.
    static void lock(CouponTable table, String gid, CouponUse use) {
        if (table.hasLock(use.couponId(), use.orderId())) {
            return;
        }
        // With the row locked, nothing of what is judged changes any more, but the time.
        Coupon coupon = table.lockedRow(use.couponId())
                .orElseThrow(() -> Objection.notFound(use.couponId()).refusal());
        judge(coupon, use);
        if (!table.lock(use.couponId(), use.orderId())) {
            judge(table.lockedRow(use.couponId()).orElseThrow(), use);
            throw new IllegalStateException("Nothing speaks against %s, but it was not locked".formatted(use));
        }
        table.hold(gid, use.couponId(), use.orderId());
    }

    /// Returns the coupon to its owner, if this order holds it.
    static void unlock(CouponTable table, String couponId, String orderId) {
        if (table.moveLock(couponId, orderId, HELD, RETURNED, null)
                && !table.giveBack(couponId, orderId, CouponState.LOCKED)) {
            throw otherwise(orderId, "held", couponId);
        }
    }

    /// Uses up what the order holds, also when its time is over since it was locked. Refuses when the order
    /// gave its coupon back, because then somebody paid less for what others can use.
    static void consume(CouponTable table, String orderId) {
        List<String> held = table.couponsOfOrder(orderId, HELD);
        if (held.isEmpty() && table.gaveBackUnused(orderId)) {
            throw new BranchRefusedException(
                    CouponServiceApp.DOMAIN.name(),
                    "COUPON_NOT_HELD",
                    "order " + orderId + " gave its coupon back",
                    Map.of("order_id", orderId));
        }
        for (String couponId : held) {
            if (!table.moveLock(couponId, orderId, HELD, CONSUMED, null) || !table.use(couponId, orderId)) {
                throw otherwise(orderId, "held", couponId);
            }
            table.countUsed(couponId, 1);
        }
    }

    /// Gives back what the order used up, because of a refund.
    static void giveBack(CouponTable table, String orderId, String refundId) {
        if (!table.couponsOfOrder(orderId, HELD).isEmpty()) {
            // An order that cost nothing is paid before its coupon is used up, which is about to happen.
            throw CouponServiceApp.DOMAIN.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "COUPON_NOT_USED_YET",
                    "order " + orderId + " still holds the coupon that it returns",
                    Map.of("order_id", orderId));
        }
        for (String couponId : table.couponsOfOrder(orderId, CONSUMED)) {
            if (!table.moveLock(couponId, orderId, CONSUMED, RETURNED, refundId)
                    || !table.giveBack(couponId, orderId, CouponState.USED)) {
                throw otherwise(orderId, "used", couponId);
            }
            table.countUsed(couponId, -1);
        }
    }

    private static void judge(Coupon coupon, CouponUse use) {
        Objection.to(coupon, use.userId(), use.basket()).ifPresent(objection -> {
            throw objection.refusal();
        });
        CouponRule rule = coupon.rule();
        long worth = rule.discount(use.basket().eligibleTotal(rule));
        if (!use.basket().isIn(rule.currency())
                || !rule.currency().equals(use.discountCurrency())
                || worth != use.discountMinor()) {
            throw Objection.changed(coupon, use, worth).refusal();
        }
    }

    private static IllegalStateException otherwise(String orderId, String had, String couponId) {
        return new IllegalStateException(
                "Order %s %s coupon %s, but the coupon says otherwise".formatted(orderId, had, couponId));
    }
}
