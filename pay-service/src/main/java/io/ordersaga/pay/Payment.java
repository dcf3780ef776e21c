package io.ordersaga.pay;

import java.time.Instant;
import java.util.Optional;

/// The payment of an order: its row. Amounts are in the minor unit of `currency`.
///
/// @param amountMinor what is to be paid; 0 when a coupon covers everything
/// @param capturedMinor what the provider collected: all or nothing
/// @param refundedMinor what was given back
/// @param refundingMinor what the provider is asked to give back
/// @param intentId the payment's name at the provider, once it is known there
/// @param redirectUrl where the customer pays; may be empty
/// @param clientSecret what the provider's form in the browser needs; may be empty
/// @param attemptCount how many attempts began; when 0 the provider has never heard of the payment
public record Payment(
        String paymentId,
        String orderId,
        String userId,
        String currency,
        long amountMinor,
        long capturedMinor,
        long refundedMinor,
        long refundingMinor,
        PaymentState state,
        String provider,
        Optional<String> intentId,
        String redirectUrl,
        String clientSecret,
        int attemptCount,
        Instant expireTime,
        Optional<Instant> paidTime,
        long version,
        Instant createTime,
        Instant updateTime) {}
