package io.ordersaga.saga.client;

import com.google.protobuf.Empty;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmGrpc.DtmBlockingStub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Talks to a coordinator over DTM's gRPC service. Every call blocks its thread, has a deadline and is made once: the
/// client never retries. Thread-safe; the channel stays the caller's to close.
///
/// A call that does not get through throws `StatusRuntimeException`. After `DEADLINE_EXCEEDED` or `UNAVAILABLE` the
/// coordinator may have accepted the saga or not: submit the same gid again, or look at what the branches did.
public final class DtmClient {
    private final DtmBlockingStub stub;
    private final Duration deadline;

    /// @param channel to the coordinator's gRPC port
    /// @param deadline of each call that does not state its own
    public DtmClient(Channel channel, Duration deadline) {
        this.stub = DtmGrpc.newBlockingStub(channel);
        this.deadline = checked(deadline);
    }

    /// A gid that no saga has used.
    public String newGid() {
        return within(deadline).newGid(Empty.getDefaultInstance()).getGid();
    }

    /// Hands the saga over with the client's deadline; see [#submit(Saga, Duration)].
    public void submit(Saga saga) {
        submit(saga, deadline);
    }

    /// Hands the saga over. It is durable when this returns, and with [Saga#waitResult] has succeeded.
    ///
    /// @throws SagaRefusedException when the coordinator does not take the saga, or with [Saga#waitResult] when the
    ///     saga has not succeeded. Under DTM's own server that includes a saga which is still being retried.
    /// @throws StatusRuntimeException when the call fails otherwise; the outcome may be unknown
    /// @throws IllegalArgumentException when the saga has no steps
    public void submit(Saga saga, Duration deadline) {
        try {
            var _ = within(checked(deadline)).submit(saga.toRequest());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.ABORTED) {
                throw new SagaRefusedException(saga.gid(), StatusProto.fromThrowable(e), e);
            }
            throw e;
        }
    }

    private DtmBlockingStub within(Duration time) {
        return stub.withDeadlineAfter(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Duration checked(Duration deadline) {
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("A deadline must be positive: " + deadline);
        }
        return deadline;
    }
}
