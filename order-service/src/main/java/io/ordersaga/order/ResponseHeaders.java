package io.ordersaga.order;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/// Lets a handler add metadata to its answer. A gateway to HTTP makes a status of `x-http-code` and a
/// header of `location`.
final class ResponseHeaders implements ServerInterceptor {
    static final Metadata.Key<String> HTTP_CODE = Metadata.Key.of("x-http-code", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> LOCATION = Metadata.Key.of("location", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<Metadata> CURRENT = Context.key("ordersaga-response-headers");

    /// Adds to the answer of the call that runs on this thread, before its first message.
    static void add(Metadata.Key<String> key, String value) {
        CURRENT.get().put(key, value);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Metadata added = new Metadata();
        var answering = new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void sendHeaders(Metadata responseHeaders) {
                responseHeaders.merge(added);
                super.sendHeaders(responseHeaders);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(CURRENT, added), answering, headers, next);
    }
}
