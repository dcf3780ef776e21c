package io.ordersaga.saga.client;

import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// The coordinator answered `ABORTED`: it does not take the saga, or the awaited saga has not succeeded. The message
/// is the coordinator's.
public final class SagaRefusedException extends RuntimeException {
    private final String gid;
    private final transient Status status;

    SagaRefusedException(String gid, @Nullable Status status, StatusRuntimeException cause) {
        super(cause.getStatus().getDescription(), cause);
        this.gid = gid;
        this.status = status == null ? Status.getDefaultInstance() : status;
    }

    public String gid() {
        return gid;
    }

    /// The whole answer. Its details hold the `ErrorInfo` of the branch that refused, when the coordinator passes it
    /// on (DTM's server does not).
    public Status status() {
        return status;
    }
}
