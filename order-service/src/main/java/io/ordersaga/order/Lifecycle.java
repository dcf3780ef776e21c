package io.ordersaga.order;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What can be done to an order once it is placed. Each refuses with [Refusals]: an order that the caller
/// may not see is not found, one that is in the wrong state is ORDER_STATE_CONFLICT, one that has changed
/// is ETAG_MISMATCH. Each may be asked again after its answer was lost, and does then what is left to do.
public interface Lifecycle {
    /// Stores the wish to cancel, for [#cancel] to carry out; nothing when it is stored or carried out already.
    void wishToCancel(String orderId, CancelReason reason, String comment, Guard guard);

    /// Begins the cancellation, unless that was done, waits a moment for its end, and returns the order as
    /// it stands then. A cancelled order is returned as it is.
    ///
    /// @param comment for people, may be empty
    Order cancel(String orderId, CancelReason reason, String comment, Guard guard);

    /// Records that the order is on its way. Repeated with the same tracking, returns it as it is.
    Order ship(String orderId, Tracking tracking, Guard guard);

    /// Records that the order has arrived. A completed order is returned as it is.
    Order confirmReceipt(String orderId, Guard guard);

    /// Stores the wish for a refund, for [#refund] to carry out; nothing when there is one with this id already.
    void wishToRefund(NewRefund wanted, Guard guard);

    /// Begins a refund, unless that was done, waits a moment for its end, and returns it as it stands then.
    /// When there is a refund with this id already, that one is gone on with and returned.
    Refund refund(NewRefund wanted, Guard guard);

    /// How much to pay back.
    ///
    /// @param refundId the same when the same request comes again
    /// @param amountMinor absent for the worth of `lines`, or, when these are empty, for all that is left
    record NewRefund(
            String refundId,
            String orderId,
            OptionalLong amountMinor,
            Optional<String> currency,
            List<Refund.Line> lines,
            boolean restock,
            String reason) {
        public NewRefund {
            lines = List.copyOf(lines);
        }
    }
}
