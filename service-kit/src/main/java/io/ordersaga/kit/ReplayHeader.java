package io.ordersaga.kit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Says in the header metadata of an answer that it was given before: `idempotent-replayed: true`.
final class ReplayHeader implements ServerInterceptor {
    static final Metadata.Key<String> REPLAYED =
            Metadata.Key.of("idempotent-replayed", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<AtomicBoolean> CURRENT = Context.key("ordersaga-replayed");

    /// To be called by the thread that handles the call, before its answer.
    static void replayed() {
        @Nullable AtomicBoolean current = CURRENT.get();
        if (current != null) {
            current.set(true);
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        AtomicBoolean replayed = new AtomicBoolean();
        var answering = new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void sendHeaders(Metadata responseHeaders) {
                if (replayed.get()) {
                    responseHeaders.put(REPLAYED, "true");
                }
                super.sendHeaders(responseHeaders);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(CURRENT, replayed), answering, headers, next);
    }
}
