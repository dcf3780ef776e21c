package io.ordersaga.order;

import java.time.Instant;
import java.util.Optional;

/// How far an order has come, beside its state.
///
/// @param stateBefore the state before the last change of state
/// @param refundedMinor what was paid back so far, in minor units
/// @param cancellations how often its cancellation was begun
/// @param cancelReason of the last of them
/// @param expireTime when it is cancelled unless it is paid by then
/// @param deleteTime when it was taken off the lists
public record Progress(
        Optional<OrderState> stateBefore,
        long refundedMinor,
        int cancellations,
        Optional<CancelReason> cancelReason,
        Optional<String> paymentId,
        Optional<Instant> expireTime,
        Optional<Instant> paidTime,
        Optional<Instant> shippedTime,
        Optional<Instant> completedTime,
        Optional<Instant> deleteTime) {
    /// Of a new order.
    public static Progress none(Optional<Instant> expireTime) {
        return new Progress(
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                expireTime,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
