package io.ordersaga.saga.client;

import com.google.rpc.Code;
import com.google.rpc.Status;

/// The branch has begun and is not done yet: the coordinator asks again, at the transaction's retry
/// interval and without ever counting it as a failure. Thrown inside a barrier call it takes the
/// barrier's row back with it. On the wire it is `FAILED_PRECONDITION`, or 425 over HTTP.
public final class BranchOngoingException extends RuntimeException {
    /// Still at it.
    ///
    /// @param message for people; sent as it is
    public BranchOngoingException(String message) {
        super(message);
    }

    /// The answer on the wire.
    public Status toStatus() {
        return Status.newBuilder()
                .setCode(Code.FAILED_PRECONDITION_VALUE)
                .setMessage(String.valueOf(getMessage()))
                .build();
    }
}
