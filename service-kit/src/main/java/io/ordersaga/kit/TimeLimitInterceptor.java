package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Bounds every unary call: its caller's deadline or our limit, whichever is earlier. The calls that the handler makes
/// inherit it. Streams (health watching, reflection) may stay open.
final class TimeLimitInterceptor implements ServerInterceptor {
    private final Duration limit;
    private final ScheduledExecutorService timer;

    TimeLimitInterceptor(Duration limit, ScheduledExecutorService timer) {
        this.limit = limit;
        this.timer = timer;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
            return next.startCall(call, headers);
        }
        Context.CancellableContext context =
                Context.current().withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS, timer);
        // Closing is safe from this thread because the call is guarded by the FailureInterceptor outside of this one.
        context.addListener(
                ended -> {
                    Status status = Contexts.statusFromCancelled(ended);
                    if (status != null && status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
                        call.close(Status.DEADLINE_EXCEEDED.withDescription("the call took too long"), new Metadata());
                    }
                },
                Runnable::run);
        return new SimpleForwardingServerCallListener<>(Contexts.interceptCall(context, call, headers, next)) {
            @Override
            public void onComplete() {
                context.cancel(null);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                context.cancel(null);
                super.onCancel();
            }
        };
    }
}
