package io.ordersaga.kit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The border between our code and the wire: whatever is thrown behind it becomes a status with details by the
/// [StatusMapper], and a call is ended once, by whoever comes first (its handler, an exception or its time limit).
final class FailureInterceptor implements ServerInterceptor {
    private final ErrorDomain domain;
    private final StatusMapper mapper;

    FailureInterceptor(ErrorDomain domain, StatusMapper mapper) {
        this.domain = domain;
        this.mapper = mapper;
    }

    @Override
    // A request border: nothing that is thrown behind it may reach the transport, which would answer UNKNOWN.
    @SuppressWarnings("CatchThrowable")
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        GuardedCall<Q, A> guarded = new GuardedCall<>(call);
        try {
            return new GuardedListener<>(next.startCall(guarded, headers), guarded);
        } catch (Throwable failure) {
            guarded.fail(failure);
            return new ServerCall.Listener<>() {};
        }
    }

    /// A request that does not parse is thrown as INTERNAL by the marshaller, but it is the caller's mistake.
    private static boolean isMalformedRequest(Throwable failure) {
        return failure instanceof StatusRuntimeException status
                && status.getCause() instanceof InvalidProtocolBufferException;
    }

    /// Unlike its delegate, safe to be closed by several threads and more than once: the first one counts.
    private final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean ended;

        GuardedCall(ServerCall<Q, A> delegate) {
            super(delegate);
        }

        synchronized boolean isEnded() {
            return ended;
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            // What `StreamObserver.onError` makes of an exception that is not a status.
            if (status.getCode() == Status.Code.UNKNOWN && status.getCause() != null) {
                fail(status.getCause());
            } else {
                end(status, trailers);
            }
        }

        void fail(Throwable failure) {
            if (isEnded()) {
                return;
            }
            StatusRuntimeException answer = StatusProto.toStatusRuntimeException(mapper.statusOf(failure));
            @Nullable Metadata trailers = answer.getTrailers();
            end(answer.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        void failAsMalformed() {
            fail(domain.refusal(
                    Status.Code.INVALID_ARGUMENT,
                    ErrorDomain.MALFORMED_REQUEST,
                    "the request is not a valid protobuf message of its type",
                    Map.of()));
        }

        private synchronized void end(Status status, Metadata trailers) {
            if (!ended) {
                ended = true;
                super.close(status, trailers);
            }
        }
    }

    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final FailureInterceptor.GuardedCall<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> delegate, FailureInterceptor.GuardedCall<Q, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        @SuppressWarnings("CatchThrowable") // See interceptCall.
        private void guard(Runnable callback) {
            if (call.isEnded()) {
                return;
            }
            try {
                callback.run();
            } catch (Throwable failure) {
                if (isMalformedRequest(failure)) {
                    call.failAsMalformed();
                } else {
                    call.fail(failure);
                }
            }
        }
    }
}
