package io.ordersaga.order;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coupon.v1.Coupon;
import io.ordersaga.coupon.v1.CouponQuote;
import io.ordersaga.coupon.v1.CouponServiceGrpc;
import io.ordersaga.coupon.v1.GetCouponRequest;
import io.ordersaga.coupon.v1.QuoteCouponRequest;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.ServiceIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What coupons take off, asked from coupon-service. The last word has its Lock, in its own transaction.
final class Coupons {
    private static final String COUPON_DOMAIN = "coupon.ordersaga";

    /// Reasons for which a coupon has no value at all for the user.
    private static final Set<String> NOT_THEIRS = Set.of(Refusals.COUPON_NOT_FOUND, Refusals.COUPON_NOT_OWNED);

    private final CouponServiceGrpc.CouponServiceBlockingStub coupons;
    private final Duration deadline;
    private final String currency;

    Coupons(Channel coupons, OrderConfig config) {
        this.coupons = CouponServiceGrpc.newBlockingStub(coupons).withInterceptors(ServiceIdentity.of("order"));
        this.deadline = config.lookupDeadline();
        this.currency = config.currency();
    }

    /// What a coupon takes off, and of which products.
    ///
    /// @param discountMinor in minor units, at most what these products cost
    record Discount(long discountMinor, Set<String> productIds) {
        Discount {
            productIds = Set.copyOf(productIds);
        }
    }

    /// What the coupon takes off an order of these lines. Refuses one that cannot be used for it now; when
    /// coupon-service does not answer, the order cannot be priced.
    Discount discount(String couponId, String userId, List<OrderLine> lines) {
        CouponQuote quote = quote(couponId, userId, lines);
        if (!quote.getEligible()) {
            throw refusal(couponId, quote);
        }
        return discount(couponId, quote);
    }

    /// The same, but leaves it to Lock to refuse a coupon that the user has and cannot use: such an order
    /// is priced as if it could be used.
    Discount discountUnjudged(String couponId, String userId, List<OrderLine> lines) {
        CouponQuote quote = quote(couponId, userId, lines);
        if (quote.getEligible()) {
            return discount(couponId, quote);
        }
        if (NOT_THEIRS.contains(quote.getReason())) {
            throw refusal(couponId, quote);
        }
        Coupon coupon = get(couponId);
        long total = lines.stream().mapToLong(OrderLine::totalMinor).sum();
        long value = coupon.hasValue() && coupon.getValue().getCurrencyCode().equals(currency)
                ? coupon.getValue().getAmountMinor()
                : 0;
        return new Discount(Math.min(value, total), productIds(lines));
    }

    private Discount discount(String couponId, CouponQuote quote) {
        if (!quote.getDiscount().getCurrencyCode().equals(currency)) {
            throw Refusals.currencyMismatch(
                    "coupon " + couponId, quote.getDiscount().getCurrencyCode(), currency);
        }
        return new Discount(quote.getDiscount().getAmountMinor(), Set.copyOf(quote.getEligibleProductIdsList()));
    }

    private CouponQuote quote(String couponId, String userId, List<OrderLine> lines) {
        QuoteCouponRequest.Builder request =
                QuoteCouponRequest.newBuilder().setUserId(userId).setCouponId(couponId);
        lines.forEach(line -> request.addLines(OrderProtos.couponLine(currency, line)));
        try {
            return coupons.withDeadlineAfter(deadline).quoteCoupon(request.build());
        } catch (StatusRuntimeException e) {
            throw known(couponId, e);
        }
    }

    private Coupon get(String couponId) {
        try {
            return coupons.withDeadlineAfter(deadline)
                    .getCoupon(
                            GetCouponRequest.newBuilder().setCouponId(couponId).build());
        } catch (StatusRuntimeException e) {
            throw known(couponId, e);
        }
    }

    private static RuntimeException known(String couponId, StatusRuntimeException failure) {
        return failure.getStatus().getCode() == Status.Code.NOT_FOUND ? Refusals.couponNotFound(couponId) : failure;
    }

    /// Tells nothing about someone else's coupon.
    private static RefusalException refusal(String couponId, CouponQuote quote) {
        return switch (quote.getReason()) {
            case Refusals.COUPON_NOT_FOUND -> Refusals.couponNotFound(couponId);
            case Refusals.COUPON_NOT_OWNED -> Refusals.couponNotOwned(couponId);
            default ->
                new RefusalException(
                        Status.Code.FAILED_PRECONDITION,
                        COUPON_DOMAIN,
                        quote.getReason(),
                        quote.getMessage(),
                        quote.getMetadataMap());
        };
    }

    private static Set<String> productIds(List<OrderLine> lines) {
        return Set.copyOf(lines.stream().map(OrderLine::productId).toList());
    }
}
