package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Puts gid and order id into every log line of a call, and writes one line per branch call: who asked for what, how it
/// ended, and how long it took.
final class CallLogInterceptor implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger("io.ordersaga.calls");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        CallScope scope = new CallScope(headers);
        var logged = new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                logEnd(scope, getMethodDescriptor().getFullMethodName(), status);
                super.close(status, trailers);
            }
        };
        Context context = scope.inContext(Context.current());
        return new ScopedListener<>(Contexts.interceptCall(context, logged, headers, next), scope);
    }

    private static void logEnd(CallScope scope, String method, Status status) {
        Level level = scope.isBranch() ? Level.INFO : Level.DEBUG;
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - scope.startedNanos);
        // Also right when the call is ended from a timer thread, which has no fields set.
        scope.run(() -> log.atLevel(level)
                .setMessage("{} {} {}: {} {} in {} ms")
                .addArgument(method)
                .addArgument(scope.branchId)
                .addArgument(scope.op)
                .addArgument(status.getCode())
                .addArgument(status.isOk() ? scope.effect() : status.getDescription())
                .addArgument(millis)
                .addKeyValue("branch_id", scope.branchId)
                .addKeyValue("op", scope.op)
                .addKeyValue("outcome", status.getCode())
                .addKeyValue("duration_ms", millis)
                .log());
    }

    private static final class ScopedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final CallScope scope;

        ScopedListener(ServerCall.Listener<Q> delegate, CallScope scope) {
            super(delegate);
            this.scope = scope;
        }

        @Override
        public void onMessage(Q message) {
            scope.run(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            scope.run(super::onHalfClose);
        }

        @Override
        public void onCancel() {
            scope.run(super::onCancel);
        }

        @Override
        public void onComplete() {
            scope.run(super::onComplete);
        }
    }
}
