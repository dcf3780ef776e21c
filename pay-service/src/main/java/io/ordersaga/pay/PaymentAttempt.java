package io.ordersaga.pay;

import java.time.Instant;

/// One try to pay.
///
/// @param number from 1
/// @param failure the provider's word for why it failed; empty unless FAILED
public record PaymentAttempt(int number, State state, String failure, Instant createTime, Instant updateTime) {
    /// OPEN -> one of the others.
    public enum State {
        OPEN,
        SUCCEEDED,
        FAILED,
        CANCELED
    }
}
